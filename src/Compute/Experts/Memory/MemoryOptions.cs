namespace MoE.Compute.Experts.Memory;

/// <summary>What distances are measured in.</summary>
public enum MemoryInput
{
    /// <summary>z-scores.</summary>
    Z,

    /// <summary>Ranks, scaled to variance 1: every column counts alike, whatever its distribution.</summary>
    Rank,
}

/// <summary>The last labelled rows, and two votes of those nearest to a row.</summary>
public sealed record MemoryOptions
{
    /// <summary>What distances are measured in. Default z.</summary>
    public MemoryInput Input { get; init; } = MemoryInput.Z;

    /// <summary>Rows kept. From 16 to 65536. Default 1000.</summary>
    public int Size { get; init; } = 1000;

    /// <summary>Neighbours that vote in the first head. From 1 to wide. Default 8.</summary>
    public int Near { get; init; } = 8;

    /// <summary>Neighbours that vote in the second head. From near to size. Default 50.</summary>
    public int Wide { get; init; } = 50;
}
