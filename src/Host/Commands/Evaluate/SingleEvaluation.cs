using MoE.Actors;
using MoE.Compute;
using MoE.Compute.Batches;
using MoE.Compute.Data;
using MoE.Compute.Gpu.Devices;
using MoE.Compute.Rosters;
using MoE.Compute.Rosters.Scripts;

namespace MoE.Host.Commands.Evaluate;

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
