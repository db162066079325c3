using MoE.Actors;
using MoE.Compute.Batches;
using MoE.Compute.Data;
using MoE.Compute.Rosters;
using MoE.Compute.Rosters.Scripts;
using MoE.Compute.Scoring;

namespace MoE.Host.Commands.Evaluate;

/// <summary>A mixture under test-then-train: by actors, or in this thread.</summary>
internal interface IEvaluation : IAsyncDisposable
{
    /// <summary>What earlier runs came to.</summary>
    SourceProgress Progress { get; }

    /// <summary>
    /// Predicts and learns to the end of the source, or until <paramref name="stop"/>. What the source throws is
    /// thrown on after all rows read were learned. After each batch, <paramref name="onBatch"/> gets what came of it.
    /// </summary>
    Task LearnAsync(IRowSource source, IPoolScript? script, Action<BatchOutcome> onBatch, CancellationToken stop);

    /// <summary>What was reached.</summary>
    Task<EvaluationReport> ReportAsync();
}

/// <summary>
/// What a mixture has come to: its scores, its pool, the scores and the devices in its order, its fingerprint.
/// </summary>
internal sealed record EvaluationReport(
    Scores Scores, Roster Roster, IReadOnlyList<ExpertScore> Experts, IReadOnlyList<string> Devices, long Duplicates,
    string Fingerprint);
