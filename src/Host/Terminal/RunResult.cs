using MoE.Compute.Experts;
using MoE.Compute.Rosters;
using MoE.Compute.Scoring;
using MoE.Host.Terminal.Pool;

namespace MoE.Host.Terminal;

/// <summary>The result of a run.</summary>
/// <param name="Source">Name of the source.</param>
/// <param name="Scores">
/// Scores over this run and earlier runs of the same model.
/// </param>
/// <param name="Experts">The experts, in the order of the roster.</param>
/// <param name="Duplicates">Rows that the model had already read.</param>
/// <param name="Fingerprint">Hash over all numbers of the mixture.</param>
/// <param name="RowsOfThisRun">Rows learned since the start of the process.</param>
/// <param name="Elapsed">Time from the first row to the last answer.</param>
internal sealed record RunResult(
    string Source, Scores Scores, IReadOnlyList<ExpertResult> Experts, long Duplicates, string Fingerprint,
    long RowsOfThisRun, TimeSpan Elapsed)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(10);

    /// <summary>Changes of the pool in this run.</summary>
    public IReadOnlyList<PlacedChange> Changes { get; init; } = [];

    /// <summary>Confirmed drops of the accuracy and suggestions, each with its row and a sentence.</summary>
    public IReadOnlyList<(long Row, string Text)> Drifts { get; init; } = [];

    /// <summary>How evenly the rows are spread over the routed experts; null if there are no routed experts.</summary>
    public LoadBalance? Load => LoadBalance.Of(
        [.. Experts.Where(e => e.Spec.Role == ExpertRole.Routed).Select(e => e.Score.Share)]);

    /// <summary>Whether the run was long enough for a meaningful speed.</summary>
    public bool HasSpeed => Elapsed >= Shortest;

    /// <summary>Rows per second of this run; 0 if it was too short.</summary>
    public double RowsPerSecond => HasSpeed ? RowsOfThisRun / Elapsed.TotalSeconds : 0;
}

/// <summary>An expert with its scores and the device that computes it (cpu, or the name of a device).</summary>
internal sealed record ExpertResult(Member Member, ExpertScore Score, string Device)
{
    /// <summary>Its id, role, kind and options.</summary>
    public ExpertSpec Spec => Member.Spec;
}
