using Akka.Actor;
using MoE.Actors.Catalog;
using MoE.Actors.Prediction;
using MoE.Actors.Streams;
using MoE.Compute.Batches;
using MoE.Compute.Data;
using MoE.Compute.Prediction;
using MoE.Compute.Rosters;
using MoE.Compute.Rosters.Scripts;
using static MoE.Actors.Gate.GateQueries;

namespace MoE.Actors;

/// <summary>A model that is open: for any number of callers at once, until it is closed or cannot go on.</summary>
public sealed class RunningModel
{
    /// <summary>Longest wait for a source that blocks in a read before it is left to itself.</summary>
    private static readonly TimeSpan SourcePatience = TimeSpan.FromSeconds(1);

    /// <summary>For how long a copy of the model serves predictions while rows are learned.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromMilliseconds(100);

    private readonly ModelLink _link;
    private readonly ActorSystem _system;
    private readonly FreshPredictor _predictor;

    internal RunningModel(ModelLink link, ActorSystem system)
    {
        (_link, _system) = (link, system);
        _predictor = new FreshPredictor(
            async () => (await link.AskAsync<PredictorMade>(new GetPredictor(), CancellationToken.None)).Predictor,
            MaxAge, TimeProvider.System);
    }

    /// <summary>Its name in the store.</summary>
    public string Name => _link.Name;

    /// <summary>Its columns and its target.</summary>
    public Schema Schema => _link.Schema;

    /// <summary>
    /// Done when it is closed, or could not go on and has let its store go: its name can be opened again then.
    /// </summary>
    public Task Closed => _link.Gone;

    /// <summary>Done when no source is in a read any more.</summary>
    internal Task Reading { get; private set; } = Task.CompletedTask;

    /// <summary>Where the model stands in a source: what that is to skip to before it is learned.</summary>
    /// <exception cref="ModelException">The source cannot be learned, or the model cannot go on.</exception>
    public async Task<SourceProgress> ProgressAsync(SourceId source, CancellationToken cancel)
    {
        var progress = await _link.ProgressAsync(source, cancel);
        return progress.Refusal is { } reason ? throw new ModelException(reason) : progress;
    }

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
        LearnAsync(source, null, onBatch, stop);

    /// <summary>As the other, with changes of the pool between the rows.</summary>
    /// <param name="source">The rows.</param>
    /// <param name="script">The changes; each is stored in one write with the rows that follow it.</param>
    /// <param name="onBatch">Called after each batch that is learned and stored, in order, never twice at once.</param>
    /// <param name="stop">Ends the learning, without an exception.</param>
    /// <exception cref="ModelException">The rows are not the model's, or the model cannot go on.</exception>
    /// <exception cref="SourceException">A change breaks a rule of the pool.</exception>
    public async Task LearnAsync(
        IRowSource source, IPoolScript? script, Action<BatchOutcome> onBatch, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(onBatch);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var settings = new ProducerSettings(source, await _link.GateAsync(), _link.Batch, onBatch,
            new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), end.Token)
        {
            Script = script,
        };
        var producer = _system.ActorOf(ProducerActor.Props(settings));
        using var learning = _predictor.Learning();
        try
        {
            await _link.OrStopped(settings.Ended.Task);
        }
        finally
        {
            await end.CancelAsync();
            _system.Stop(producer);
            await Task.WhenAny(settings.Released.Task, Task.Delay(SourcePatience, CancellationToken.None));
            Reading = Task.WhenAll(Reading, settings.Released.Task);
        }
    }

    /// <summary>
    /// Changes the pool behind everything that was taken so far, while rows go on; done when that is stored. Null where
    /// it was so already.
    /// </summary>
    /// <exception cref="ModelException">The command breaks a rule, or the model cannot go on.</exception>
    public async Task<RosterChange?> ChangeAsync(RosterCommand command, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(command);
        var done = await _link.AskAsync<PoolChanged>(new ChangePool(command), cancel);
        _predictor.NoteChange();
        return done.Refusal is { } reason ? throw new ModelException(reason) : done.Change;
    }

    /// <summary>
    /// Predicts rows and learns nothing; for any number of callers at once, also while rows are learned. Everything
    /// whose learning was done before is seen; of a stream that is being learned, all but about the last 0.1 s. The
    /// answer names the last batch that was learned before it. Computed by the caller's thread, on the CPU.
    /// </summary>
    /// <param name="rows">The rows, as <see cref="Predictor.Predict"/> takes them.</param>
    /// <param name="cancel">Ends the wait for the model.</param>
    /// <exception cref="ArgumentException">The rows are of other columns, or a number is infinite.</exception>
    /// <exception cref="ModelException">The model cannot go on.</exception>
    public async ValueTask<Predictions> PredictAsync(RowBatch rows, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var predictions = (await _predictor.GetAsync(cancel)).Predict(rows);
        _link.Telemetry.RowsPredicted(rows.Rows);
        return predictions;
    }

    /// <summary>What predicts as <see cref="PredictAsync"/> does now, whatever is learned later.</summary>
    /// <exception cref="ModelException">The model cannot go on.</exception>
    public ValueTask<Predictor> PredictorAsync(CancellationToken cancel) => _predictor.GetAsync(cancel);

    /// <summary>How the mixture stands after everything that was taken so far.</summary>
    /// <exception cref="ModelException">The model cannot go on.</exception>
    public Task<MixtureReport> ReportAsync() => _link.AskAsync<MixtureReport>(new GetReport(), CancellationToken.None);
}
