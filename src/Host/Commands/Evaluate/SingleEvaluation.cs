using MoE.Actors;
using MoE.Compute;
using MoE.Compute.Data;
using MoE.Compute.Evaluation;

namespace MoE.Host.Commands.Evaluate;

/// <summary>Compute alone: no actors, no log, one thread.</summary>
internal sealed class SingleEvaluation(Schema schema, MixtureOptions options) : IEvaluation
{
    private readonly Mixture _mixture = new(schema, options);

    public Standing Standing { get; } = new(0, 0, 0, [], null);

    public Task LearnAsync(
        IRowSource source, Action<Scores, IReadOnlyList<int>> onBatch, CancellationToken stop)
    {
        WarmUp.Run(options);
        while (!stop.IsCancellationRequested && source.Read(options.Batch) is { } rows)
        {
            var predictions = _mixture.Learn(rows);
            onBatch(_mixture.Gate.Scores(), predictions.Load());
        }
        return Task.CompletedTask;
    }

    public Task<EvaluationReport> ReportAsync() => Task.FromResult(
        new EvaluationReport(_mixture.Gate.Scores(), _mixture.Gate.ExpertScores(), 0, _mixture.Fingerprint()));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
