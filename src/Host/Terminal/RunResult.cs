using MoE.Compute.Experts;
using MoE.Compute.Rosters;
using MoE.Compute.Scoring;
using MoE.Host.Terminal.Pool;

namespace MoE.Host.Terminal;

/// <summary>What a run came to.</summary>
/// <param name="Source">What the rows came from.</param>
/// <param name="Scores">
/// How good the predictions were, over this run and those before it in the same data directory.
/// </param>
/// <param name="Experts">The experts, in the roster's order.</param>
/// <param name="Duplicates">Rows given that the model had read before.</param>
/// <param name="Fingerprint">Hash over all numbers of the mixture.</param>
/// <param name="RowsOfThisRun">Rows learned since the start of the process.</param>
/// <param name="Elapsed">From the first row offered to the last answer.</param>
internal sealed record RunResult(
    string Source, Scores Scores, IReadOnlyList<ExpertResult> Experts, long Duplicates, string Fingerprint,
    long RowsOfThisRun, TimeSpan Elapsed)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(10);

    /// <summary>What was changed about the pool in this run.</summary>
    public IReadOnlyList<PlacedChange> Changes { get; init; } = [];

    /// <summary>Falls of accuracy confirmed in this run, and suggestions: after which row, in a sentence.</summary>
    public IReadOnlyList<(long Row, string Text)> Drifts { get; init; } = [];

    /// <summary>How evenly the rows are spread over the routed experts; null where nothing was routed.</summary>
    public LoadBalance? Load => LoadBalance.Of(
        [.. Experts.Where(e => e.Spec.Role == ExpertRole.Routed).Select(e => e.Score.Share)]);

    /// <summary>Whether the run was long enough to say how fast it was.</summary>
    public bool HasSpeed => Elapsed >= Shortest;

    /// <summary>Rows of this run by its seconds; 0 before enough time has passed.</summary>
    public double RowsPerSecond => HasSpeed ? RowsOfThisRun / Elapsed.TotalSeconds : 0;
}

/// <summary>One expert: what it is, how it did, and what computes it: cpu, or a device's name.</summary>
internal sealed record ExpertResult(Member Member, ExpertScore Score, string Device)
{
    /// <summary>Its id, role, kind and options.</summary>
    public ExpertSpec Spec => Member.Spec;
}
