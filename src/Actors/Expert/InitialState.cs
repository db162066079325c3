using MoE.Compute.Experts;

namespace MoE.Actors.Expert;

/// <summary>What a copy begins as: its parent as it was then, which learns nothing any more.</summary>
/// <param name="Parent">Its numbers; null where the device keeps them, under the copy's key.</param>
internal sealed record InitialState(IExpert? Parent)
{
    /// <summary>One that the device keeps.</summary>
    public static InitialState OnDevice { get; } = new((IExpert?)null);

    /// <summary>Whether it is gone when the device is.</summary>
    public bool IsOnDevice => Parent is null;
}
