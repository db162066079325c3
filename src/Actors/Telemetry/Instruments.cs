using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using MoE.Compute.Rosters;

namespace MoE.Actors.Telemetry;

/// <summary>
/// The only meter and the only source of activities, with every name and tag. Where nobody listens none of it costs
/// more than a test of a field.
/// </summary>
internal static class Instruments
{
    /// <summary>Name of the meter and of the source.</summary>
    public const string Name = "MoE.Actors";

    /// <summary>Tag of a model's name.</summary>
    public const string Model = "moe.model";

    /// <summary>Tag of what an expert does with the rows it sees.</summary>
    public const string Mode = "moe.expert.mode";

    /// <summary>Tag of what was done with an expert of the pool.</summary>
    public const string Action = "moe.pool.action";

    /// <summary>A model is recovered from its checkpoint and the rows since.</summary>
    public const string Recovery = "moe.recovery";

    /// <summary>The images of a checkpoint are taken and stored.</summary>
    public const string Checkpoint = "moe.checkpoint";

    /// <summary>A change of the pool, from its decision until it is stored.</summary>
    public const string PoolChange = "moe.pool.change";

    /// <summary>A copy of the model is made, by which others predict.</summary>
    public const string PredictorCopy = "moe.predictor.copy";

    private static readonly ConcurrentDictionary<GateTelemetry, bool> Open = [];
    private static readonly Meter Meter = new(Name);

    /// <summary>What takes activities.</summary>
    public static ActivitySource Activities { get; } = new(Name);

    /// <summary>Rows predicted and then learned.</summary>
    public static Counter<long> RowsLearned { get; } = Meter.CreateCounter<long>(
        "moe.rows.learned", "{row}", "Rows predicted, learned and stored");

    /// <summary>Rows refused.</summary>
    public static Counter<long> RowsRefused { get; } = Meter.CreateCounter<long>(
        "moe.rows.refused", "{row}", "Rows refused as malformed");

    /// <summary>Rows predicted without being learned.</summary>
    public static Counter<long> RowsPredicted { get; } = Meter.CreateCounter<long>(
        "moe.rows.predicted", "{row}", "Rows predicted without being learned");

    /// <summary>The time of a batch.</summary>
    public static Histogram<double> BatchDuration { get; } = Meter.CreateHistogram<double>(
        "moe.batch.duration", "s", "Time from a batch's arrival until it is learned and stored");

    /// <summary>The time of a checkpoint.</summary>
    public static Histogram<double> CheckpointDuration { get; } = Meter.CreateHistogram<double>(
        "moe.checkpoint.duration", "s", "Time from the beginning of a checkpoint until it is stored");

    /// <summary>Checkpoints that failed.</summary>
    public static Counter<long> CheckpointFailures { get; } = Meter.CreateCounter<long>(
        "moe.checkpoint.failures", "{checkpoint}", "Checkpoints that could not be stored");

    /// <summary>Experts that broke.</summary>
    public static Counter<long> ExpertFailures { get; } = Meter.CreateCounter<long>(
        "moe.expert.failures", "{failure}", "Failures of experts; each is restored");

    /// <summary>Experts that came back.</summary>
    public static Counter<long> ExpertRestores { get; } = Meter.CreateCounter<long>(
        "moe.expert.restores", "{restore}", "Experts that have their state back: at the opening, or after a failure");

    /// <summary>Batches under way.</summary>
    public static ObservableGauge<long> BatchesActive { get; } = Meter.CreateObservableGauge(
        "moe.batches.active", () => Observe(model => model.BatchesActive), "{batch}", "Batches being learned");

    /// <summary>Rows that wait for the journal.</summary>
    public static ObservableGauge<long> JournalWaiting { get; } = Meter.CreateObservableGauge(
        "moe.journal.rows", () => Observe(model => model.JournalRows), "{row}", "Rows not yet stored in the journal");

    /// <summary>Experts of the pool, by mode.</summary>
    public static ObservableGauge<long> Experts { get; } = Meter.CreateObservableGauge(
        "moe.experts", ObserveExperts, "{expert}", "Experts in the pool, by what they do with rows");

    /// <summary>Models that are open.</summary>
    public static ObservableGauge<long> ModelsOpen { get; } = Meter.CreateObservableGauge<long>(
        "moe.models.open", () => Open.Count, "{model}", "Models that are open in this process");

    /// <summary>All instruments.</summary>
    public static IReadOnlyList<Instrument> All { get; } =
    [
        RowsLearned, RowsRefused, RowsPredicted, BatchDuration, BatchesActive, JournalWaiting, CheckpointDuration,
        CheckpointFailures, ExpertFailures, ExpertRestores, Experts, ModelsOpen,
    ];

    /// <summary>The names of all activities.</summary>
    public static IReadOnlyList<string> ActivityNames { get; } = [Recovery, Checkpoint, PoolChange, PredictorCopy];

    /// <summary>Counts a model among those that are open.</summary>
    public static void Add(GateTelemetry model) => Open[model] = true;

    /// <summary>Counts a model no more.</summary>
    public static void Remove(GateTelemetry model) => Open.TryRemove(model, out _);

    private static IEnumerable<Measurement<long>> Observe(Func<GateTelemetry, long> value) =>
        Open.Keys.Select(model => new Measurement<long>(value(model), model.Tag));

    private static IEnumerable<Measurement<long>> ObserveExperts() =>
        from model in Open.Keys
        from mode in model.Roster.Members.CountBy(member => member.Mode)
        select new Measurement<long>(mode.Value, model.Tag, new(Mode, NameOf(mode.Key)));

    private static string NameOf(ExpertMode mode) => mode switch
    {
        ExpertMode.Learning => "learning",
        ExpertMode.Frozen => "frozen",
        _ => "reserve",
    };
}
