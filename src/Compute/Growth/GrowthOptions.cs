using static System.FormattableString;

namespace MoE.Compute.Growth;

/// <summary>Whether and how a pool changes by itself.</summary>
public sealed record GrowthOptions
{
    /// <summary>What <see cref="Budget"/> may be at most.</summary>
    public const int MostArchived = 64;

    /// <summary>The pool changes only by commands.</summary>
    public static GrowthOptions Off { get; } = new() { Mode = GrowthMode.Off };

    /// <summary>What becomes of the decisions. Default <see cref="GrowthMode.On"/>.</summary>
    public GrowthMode Mode { get; init; }

    /// <summary>Archived experts that are held at most. From 0 (none) to 64. Default 8.</summary>
    public int Budget { get; init; } = 8;

    /// <summary>
    /// Bytes that the archived experts may have together, as many as such experts have once they have met all names
    /// and classes there are. 0 (none) or more. Default 64 MiB.
    /// </summary>
    public long BudgetBytes { get; init; } = 64L << 20;

    /// <summary>Rows from one archived expert to the next. From 256 to 1,000,000. Default 4096.</summary>
    public int Interval { get; init; } = 4096;

    /// <summary>What says that predictions have become worse. Default <see cref="GrowthDetector.Adwin"/>.</summary>
    public GrowthDetector Detector { get; init; }

    /// <summary>Whose predictions are watched. Default <see cref="GrowthWatch.Mixture"/>.</summary>
    public GrowthWatch Watch { get; init; }

    internal void Check(List<string> problems)
    {
        if (!Enum.IsDefined(Mode))
            problems.Add(Invariant($"moe.growth.mode is {Mode}; it must be on, suggest or off."));
        if (Budget is < 0 or > MostArchived)
            problems.Add(Invariant($"moe.growth.budget is {Budget}; it must lie in [0, {MostArchived}]."));
        if (BudgetBytes < 0)
            problems.Add(Invariant($"moe.growth.budget-bytes is {BudgetBytes}; it must be 0 or more."));
        if (Interval is < 256 or > 1_000_000)
            problems.Add(Invariant($"moe.growth.interval is {Interval}; it must lie in [256, 1000000]."));
        if (!Enum.IsDefined(Detector))
            problems.Add(Invariant($"moe.growth.detector is {Detector}; it must be adwin, page-hinkley or both."));
        if (!Enum.IsDefined(Watch))
            problems.Add(Invariant($"moe.growth.watch is {Watch}; it must be mixture or experts."));
    }
}

/// <summary>What becomes of what <see cref="GrowthPolicy"/> decides.</summary>
public enum GrowthMode
{
    /// <summary>It is carried out.</summary>
    On,

    /// <summary>It is reported, but not carried out.</summary>
    Suggest,

    /// <summary>Nothing is decided.</summary>
    Off,
}

/// <summary>What says that predictions have become worse.</summary>
public enum GrowthDetector
{
    /// <summary>ADWIN, which watches how many of them are wrong.</summary>
    Adwin,

    /// <summary>The Page-Hinkley test, which watches their log loss.</summary>
    PageHinkley,

    /// <summary>Either of the two.</summary>
    Both,
}

/// <summary>Whose predictions are watched for having become worse.</summary>
public enum GrowthWatch
{
    /// <summary>The mixture's.</summary>
    Mixture,

    /// <summary>The mixture's, and those of each shared network that learns.</summary>
    Experts,
}
