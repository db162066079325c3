using MoE.Actors;
using MoE.Compute;
using MoE.Compute.Batches;
using MoE.Compute.Data;
using MoE.Compute.Gpu.Devices;
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

/// <summary>Compute alone: no actors, no log, one thread.</summary>
internal sealed class SingleEvaluation(Schema schema, MixtureOptions options) : IEvaluation
{
    private readonly Mixture _mixture = new(schema, options);

    public SourceProgress Progress { get; } = new(0, 0, 0, [], null);

    public async Task LearnAsync(
        IRowSource source, IPoolScript? script, Action<BatchOutcome> onBatch, CancellationToken stop)
    {
        WarmUp.Run(options);
        while (!stop.IsCancellationRequested
            && await source.ReadAsync(script?.Most(options.Batch) ?? options.Batch, stop) is { } rows)
        {
            foreach (var command in script?.Before(rows) ?? [])
                Change(command);
            var predictions = _mixture.Learn(rows);
            onBatch(new(_mixture.Gate.Scores(), predictions.Roster, predictions.Load(), predictions.Changes)
            {
                Predictions = predictions,
                Rows = rows,
                Drifts = predictions.Drifts,
            });
        }
    }

    public Task<EvaluationReport> ReportAsync() => Task.FromResult(
        new EvaluationReport(
        _mixture.Gate.Scores(), _mixture.Roster, _mixture.Gate.ExpertScores(),
        [.. _mixture.Roster.Members.Select(_ => ComputeOptions.Cpu)], 0, _mixture.Fingerprint()));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Change(RosterCommand command)
    {
        if (_mixture.Roster.Decide(command, _mixture.Gate.Encoded + 1, options.Seed).Refusal is { } reason)
            throw new SourceException($"'{RosterText.Of(command)}' cannot be done: {reason}");
        _mixture.Change(command);
    }
}
