namespace MoE.Compute.Checks;

/// <summary>What came of comparing a kernel with its definition.</summary>
/// <param name="Specification">Which experts were compared.</param>
/// <param name="Rows">Rows learned, all streams together.</param>
/// <param name="Difference">Greatest difference of two probabilities while learning.</param>
/// <param name="FrozenDifference">The same of experts that do not learn.</param>
/// <param name="ImageDifference">The same of definitions that go on from the device's images.</param>
/// <param name="Replays">
/// Whether the same rows gave the same bits again, beside other experts and with two launches under way.
/// </param>
/// <param name="KeepsImages">
/// Whether experts go on with the same bits from an image that came from the device, and copies that were made there
/// are those that their parent's image gives.
/// </param>
public sealed record KernelFinding(
    string Specification, int Rows, double Difference, double FrozenDifference, double ImageDifference, bool Replays,
    bool KeepsImages)
{
    /// <summary>What two probabilities may differ by, of numbers that are rounded differently on the way.</summary>
    public const double Limit = 1e-4;

    /// <summary>Why the device could not be asked; null where it could.</summary>
    public string? Problem { get; init; }

    /// <summary>Whether all is as it must be.</summary>
    public bool Holds => Difference <= Limit && FrozenDifference <= Limit && ImageDifference <= Limit
        && Replays && KeepsImages;

    /// <summary>That a device did not compute these experts.</summary>
    public static KernelFinding Refused(string specification, string problem) =>
        new(specification, 0, double.NaN, double.NaN, double.NaN, Replays: false, KeepsImages: false)
        {
            Problem = problem,
        };

    /// <summary>Both findings as one.</summary>
    public KernelFinding With(KernelFinding other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new(Specification, Rows + other.Rows, Math.Max(Difference, other.Difference),
            Math.Max(FrozenDifference, other.FrozenDifference), Math.Max(ImageDifference, other.ImageDifference),
            Replays && other.Replays, KeepsImages && other.KeepsImages);
    }
}
