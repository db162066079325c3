using MoE.Actors;
using MoE.Actors.Configuration;
using MoE.Compute.Data;
using MoE.Compute.Evaluation;

namespace MoE.Host.Commands.Evaluate;

/// <summary>The experts as actors, with a log where there is a data directory.</summary>
internal sealed class ActorEvaluation : IEvaluation
{
    private readonly LocalMixture _mixture;

    private ActorEvaluation(LocalMixture mixture) => _mixture = mixture;

    public long Offset => _mixture.Offset;

    public long Rows => _mixture.Rows;

    public IReadOnlyList<Term> Terms => _mixture.Terms;

    /// <exception cref="ModelException">The data directory holds another model, or one of a newer version.</exception>
    public static async Task<ActorEvaluation> StartAsync(
        string source, Schema schema, MoeSettings settings, CancellationToken cancel) =>
        new(await LocalMixture.StartAsync(
            schema, settings.Mixture, settings.Durability with { Source = source }, cancel));

    public Task LearnAsync(IRowSource source, Action<Scores> onBatch, CancellationToken stop) =>
        _mixture.LearnAsync(source, onBatch, stop);

    public async Task<EvaluationReport> ReportAsync()
    {
        var report = await _mixture.ReportAsync();
        return new(report.Scores, report.Experts, report.Fingerprint);
    }

    public ValueTask DisposeAsync() => _mixture.DisposeAsync();
}
