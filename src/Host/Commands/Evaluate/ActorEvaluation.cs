using MoE.Actors;
using MoE.Actors.Configuration;
using MoE.Compute.Batches;
using MoE.Compute.Data;
using MoE.Compute.Rosters.Scripts;

namespace MoE.Host.Commands.Evaluate;

/// <summary>The experts as actors, with a log where there is a data directory.</summary>
internal sealed class ActorEvaluation : IEvaluation
{
    private readonly LocalMixture _mixture;

    private ActorEvaluation(LocalMixture mixture, SourceProgress progress) =>
        (_mixture, Progress) = (mixture, progress);

    public SourceProgress Progress { get; }

    /// <exception cref="ModelException">
    /// The data directory holds another model, or one of a newer version, or the source cannot be continued.
    /// </exception>
    public static async Task<ActorEvaluation> StartAsync(
        IRowSource source, MoeSettings settings, CancellationToken cancel)
    {
        var mixture = await LocalMixture.StartAsync(
            source.Schema, settings.Mixture, settings.Durability, settings.Compute, cancel);
        try
        {
            return new(mixture, await mixture.ProgressAsync(source.Id, cancel));
        }
        catch
        {
            await mixture.DisposeAsync();
            throw;
        }
    }

    public Task LearnAsync(
        IRowSource source, IPoolScript? script, Action<BatchOutcome> onBatch, CancellationToken stop) =>
        _mixture.LearnAsync(source, script, onBatch, stop);

    public async Task<EvaluationReport> ReportAsync()
    {
        var report = await _mixture.ReportAsync();
        return new(
            report.Scores, report.Roster, report.Experts, report.Devices, report.Duplicates, report.Fingerprint);
    }

    public ValueTask DisposeAsync() => _mixture.DisposeAsync();
}
