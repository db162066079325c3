using Akka.Actor;
using Akka.Configuration;
using MoE.Actors.Catalog;
using MoE.Actors.Devices;
using MoE.Actors.Inspection;
using MoE.Actors.Nodes;
using MoE.Actors.Streams;
using MoE.Compute;
using MoE.Compute.Batches;
using MoE.Compute.Data;
using MoE.Compute.Experts;
using MoE.Compute.Gating.Routing.Banks;
using MoE.Compute.Gpu.Devices;
using MoE.Compute.Growth;
using MoE.Compute.Prediction;
using MoE.Compute.Rosters;
using MoE.Compute.Rosters.Scripts;
using static MoE.Actors.Catalog.CatalogCommands;
using static MoE.Actors.Catalog.CatalogReplies;

namespace MoE.Actors;

/// <summary>
/// A mixture of expert actors in this process, with a log and checkpoints in a data directory where one is given. The
/// same numbers as <see cref="Mixture"/>, to the bit. Disposing of it stores the state; a killed one loses nothing
/// either.
/// </summary>
public sealed class LocalMixture : IAsyncDisposable
{
    private readonly Node _node;
    private readonly RunningModel _model;

    private LocalMixture(Node node, RunningModel model) => (_node, _model) = (node, model);

    /// <summary>The actors: the gate is /user/models/NAME/gate.</summary>
    internal ActorSystem System => _node.System;

    /// <summary>Opens the model of the data directory where it stood, or begins a new one.</summary>
    /// <exception cref="InvalidOptionsException">An option is out of its range.</exception>
    /// <exception cref="ModelException">
    /// The directory cannot be used, or holds a model of other columns, other options or a newer version.
    /// </exception>
    /// <exception cref="DeviceException">The device that is named refuses.</exception>
    public static async Task<LocalMixture> StartAsync(
        Schema schema, MixtureOptions options, DurabilityOptions durability, ComputeOptions compute,
        CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validated();
        var warmUp = Task.Run(() => WarmUp.Run(options), CancellationToken.None);
        var mixture = await StartOnAsync(compute, schema, options, durability, cancel);
        try
        {
            await mixture.LearnAsync(new NoRows(schema), _ => { }, cancel);
            await warmUp;
            return mixture;
        }
        catch
        {
            await mixture.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens the model that is stored, whatever its columns and options.</summary>
    /// <param name="durability">Where it is stored.</param>
    /// <param name="growth">How its pool changes by itself, which no log says: as when it learned last.</param>
    /// <param name="compute">What its experts are computed on.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="InvalidOptionsException">An option is out of its range.</exception>
    /// <exception cref="ModelException">Nothing is stored there, or it cannot be continued.</exception>
    public static async Task<LocalMixture> OpenAsync(
        DurabilityOptions durability, GrowthOptions growth, ComputeOptions compute, CancellationToken cancel)
    {
        var (schema, options) = await ModelStore.ReadDefinitionAsync(durability, cancel);
        return await StartOnAsync(compute, schema, options with { Growth = growth }, durability, cancel);
    }

    // A device that refuses does so before a store is made.
    private static async Task<LocalMixture> StartOnAsync(
        ComputeOptions compute, Schema schema, MixtureOptions options, DurabilityOptions durability,
        CancellationToken cancel)
    {
        var open = new OpenDevices();
        try
        {
            var offer = await Task.Run(() => DeviceOffer.Find(compute, open), cancel);
            var parts = new PartsSetup { FindDevices = () => offer, DataDirectory = durability.DataDirectory };
            return await StartAsync(schema, options, durability, parts, open, Config.Empty, cancel);
        }
        catch
        {
            open.Dispose();
            throw;
        }
    }

    /// <summary>As the other, with experts, Akka settings and devices of the caller's.</summary>
    internal static Task<LocalMixture> StartAsync(
        Schema schema, MixtureOptions options, DurabilityOptions durability, Func<Member, IExpert>? newExpert,
        Config overrides, CancellationToken cancel, DeviceOffer? devices = null, BankScoring? banks = null)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(options);
        var parts = new PartsSetup
        {
            NewExpert = newExpert is null
                ? (member, columns) => member.Create(columns)
                : (member, _) => newExpert(member),
            FindDevices = () => devices ?? DeviceOffer.Cpu,
            Banks = banks,
            DataDirectory = durability.DataDirectory,
        };
        return StartAsync(schema, options, durability, parts, new OpenDevices(), overrides, cancel);
    }

    private static async Task<LocalMixture> StartAsync(
        Schema schema, MixtureOptions options, DurabilityOptions durability, PartsSetup parts, OpenDevices open,
        Config overrides, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(durability);
        _ = durability.MayHoldModel ? options.Validated() : options.ValidatedAsNew();
        var node = await Node.StartOwnAsync(
            new NodeOptions { Durability = durability.Validated() }, parts, open, overrides);
        try
        {
            var order = new ModelOrder(ModelBeginning.Either) { Definition = (schema, options) };
            var started = await node.AskAsync<ModelStarted>(new StartModel(durability.Model, order), cancel);
            var mixture = new LocalMixture(node, new RunningModel(started.Model, node.System));
            await mixture.ProgressAsync(SourceId.Stream(""), cancel);
            return mixture;
        }
        catch
        {
            await node.TerminateAsync(waits: true);
            throw;
        }
    }

    /// <summary>Where the model stands in a source: what that is to skip to before it is learned.</summary>
    /// <exception cref="ModelException">The source cannot be learned, or the model cannot go on.</exception>
    public Task<SourceProgress> ProgressAsync(SourceId source, CancellationToken cancel) =>
        _model.ProgressAsync(source, cancel);

    /// <summary>
    /// Predicts and learns a source to its end, or until <paramref name="stop"/>, which ends cleanly after a whole
    /// batch. Rows that were read before are counted and not learned. What the source throws comes out once what it
    /// gave is learned. Several sources may be learned at once.
    /// </summary>
    /// <param name="source">The rows.</param>
    /// <param name="onBatch">Called after each batch that is learned and stored, in order, never twice at once.</param>
    /// <param name="stop">Ends the learning, without an exception.</param>
    /// <exception cref="ModelException">The rows are not the model's, or the model cannot go on.</exception>
    public Task LearnAsync(IRowSource source, Action<BatchOutcome> onBatch, CancellationToken stop) =>
        _model.LearnAsync(source, onBatch, stop);

    /// <summary>As the other, with changes of the pool between the rows.</summary>
    /// <param name="source">The rows.</param>
    /// <param name="script">The changes; each is stored in one write with the rows that follow it.</param>
    /// <param name="onBatch">Called after each batch that is learned and stored, in order, never twice at once.</param>
    /// <param name="stop">Ends the learning, without an exception.</param>
    /// <exception cref="ModelException">The rows are not the model's, or the model cannot go on.</exception>
    /// <exception cref="SourceException">A change breaks a rule of the pool.</exception>
    public Task LearnAsync(
        IRowSource source, IPoolScript? script, Action<BatchOutcome> onBatch, CancellationToken stop) =>
        _model.LearnAsync(source, script, onBatch, stop);

    /// <summary>
    /// Changes the pool behind everything that was taken so far, while rows go on; done when that is stored. Null where
    /// it was so already.
    /// </summary>
    /// <exception cref="ModelException">The command breaks a rule, or the model cannot go on.</exception>
    public Task<RosterChange?> ChangeAsync(RosterCommand command, CancellationToken cancel) =>
        _model.ChangeAsync(command, cancel);

    /// <summary>
    /// Predicts rows and learns nothing; for any number of callers at once, also while rows are learned. Everything
    /// whose learning was done before is seen; of a stream that is being learned, all but about the last 0.1 s. The
    /// answer names the last batch that was learned before it. Computed by the caller's thread, on the CPU.
    /// </summary>
    /// <param name="rows">The rows, as <see cref="Predictor.Predict"/> takes them.</param>
    /// <param name="cancel">Ends the wait for the model.</param>
    /// <exception cref="ArgumentException">The rows are of other columns, or a number is infinite.</exception>
    /// <exception cref="ModelException">The model cannot go on.</exception>
    public ValueTask<Predictions> PredictAsync(RowBatch rows, CancellationToken cancel) =>
        _model.PredictAsync(rows, cancel);

    /// <summary>What predicts as <see cref="PredictAsync"/> does now, whatever is learned later.</summary>
    /// <exception cref="ModelException">The model cannot go on.</exception>
    public ValueTask<Predictor> PredictorAsync(CancellationToken cancel) => _model.PredictorAsync(cancel);

    /// <summary>How the mixture stands after everything that was taken so far.</summary>
    /// <exception cref="ModelException">The model cannot go on.</exception>
    public Task<MixtureReport> ReportAsync() => _model.ReportAsync();

    /// <summary>Stops at once and stores nothing more, as a kill of the process would.</summary>
    internal async ValueTask AbortAsync() => await _node.TerminateAsync(waits: _model.Reading.IsCompleted);

    /// <summary>Stores a last checkpoint where the model is durable, and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        await _node.CloseAsync();
        await _node.TerminateAsync(waits: _model.Reading.IsCompleted);
    }
}
