namespace MoE.Compute.Gpu;

/// <summary>
/// A device has no room for the experts of a specification, who are to be computed elsewhere; everything else on it
/// continues.
/// </summary>
/// <param name="specification">The specification.</param>
/// <param name="reason">Why, in half a sentence.</param>
public sealed class DeviceRoomException(string specification, string reason)
    : Exception($"there is no room for '{specification}': {reason}")
{
    /// <summary>The specification.</summary>
    public string Specification => specification;

    /// <summary>Why, in half a sentence.</summary>
    public string Reason => reason;
}
