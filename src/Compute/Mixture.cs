using MoE.Compute.Batches;
using MoE.Compute.Data;
using MoE.Compute.Experts;
using MoE.Compute.Gating;
using MoE.Compute.Gpu;
using MoE.Compute.Growth;
using MoE.Compute.ModelFiles;
using MoE.Compute.Prediction;
using MoE.Compute.Rosters;

namespace MoE.Compute;

/// <summary>
/// A mixture of experts in one thread: the same arithmetic in the same order as the actors'. Only
/// <see cref="Predict"/> and <see cref="Predictor"/> may be called by other threads, at any time.
/// </summary>
public sealed class Mixture
{
    private readonly Dictionary<long, HostedExpert> _seats = [];
    private readonly List<DroppedExpert> _dropped = [];
    private readonly List<RosterChange> _changes = [];
    private readonly Lock _learning = new();
    private readonly NameTranslator _names;
    private (IDevicePool Pool, Func<ExpertSpec, bool> Computes)? _device;
    private volatile Predictor? _predictor;

    /// <summary>A mixture that has seen nothing.</summary>
    /// <exception cref="InvalidOptionsException">At least one option is out of its range.</exception>
    public Mixture(Schema schema, MixtureOptions options)
        : this(schema, options, Roster.Of(options)) => options.ValidatedAsNew();

    private Mixture(Schema schema, MixtureOptions options, Roster roster)
    {
        Gate = new Gate(schema, options, roster);
        (Schema, Options) = (schema, options);
        _names = new NameTranslator(schema, options.MaxClasses);
        foreach (var member in roster.Members)
            _seats[member.Key] = new HostedExpert(member.Create(schema));
    }

    /// <summary>The columns of the rows that it learns.</summary>
    public Schema Schema { get; }

    /// <summary>Everything that decides what it computes.</summary>
    public MixtureOptions Options { get; }

    /// <summary>The pool that the next row meets.</summary>
    public Roster Roster => Gate.Roster;

    /// <summary>Encoder, router, mixers, metrics.</summary>
    public Gate Gate { get; }

    /// <summary>The names met so far.</summary>
    public IEnumerable<Term> Terms => Gate.Vocabulary.Terms;

    /// <summary>
    /// Rows of the source read up to the last one learned, where it learns only one: the source continues there by
    /// <c>source.SkipTo(mixture.Offset)</c>.
    /// </summary>
    public long Offset { get; private set; }

    /// <summary>The experts that were put out of the pool, in the order in which that was done.</summary>
    public IReadOnlyList<DroppedExpert> Dropped => _dropped;

    /// <summary>The mixture that <see cref="Save"/> wrote; it continues with the same bits.</summary>
    /// <param name="path">The file.</param>
    /// <param name="growth">How the pool changes by itself, which no file says; null for the defaults.</param>
    /// <exception cref="ModelFileException">The file is missing, no model file, too new, or damaged.</exception>
    public static Mixture Load(string path, GrowthOptions? growth = null)
    {
        var model = ModelFile.Read(path);
        return From(model with { Options = model.Options with { Growth = growth ?? model.Options.Growth } });
    }

    /// <summary>The mixture with which a stored model began, by the rules of the version that began it.</summary>
    /// <exception cref="InvalidOptionsException">At least one option is out of its range.</exception>
    public static Mixture Begun(Schema schema, MixtureOptions options) => new(schema, options, Roster.Of(options));

    /// <summary>The mixture that a model file holds.</summary>
    /// <exception cref="ModelFileException">One of its images is damaged; the message says which.</exception>
    public static Mixture From(ModelFile model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var mixture = new Mixture(model.Schema, model.Options.Validated(), model.Roster);
        mixture.Take(model);
        return mixture;
    }

    /// <summary>Writes everything into one file, in place of the one there; a crash leaves that or none.</summary>
    /// <param name="path">The file.</param>
    /// <param name="sources">How far the sources were read; null for one that only the caller knows.</param>
    /// <exception cref="ModelFileException">It cannot be written.</exception>
    public void Save(string path, IReadOnlyList<SourcePosition>? sources = null) => ToModelFile(sources).Write(path);

    /// <summary>Everything as a model file in memory, which later learning does not change.</summary>
    /// <param name="sources">How far the sources were read.</param>
    public ModelFile ToModelFile(IReadOnlyList<SourcePosition>? sources = null) => new()
    {
        Schema = Schema,
        Options = Options,
        Progress = new ModelProgress
        {
            LastBatch = Gate.Mixed,
            Sources = sources ?? Position(),
            Dropped = [.. _dropped.Where(expert => Gate.MixedRoster.Members.Any(m => m.Origin == expert.Id))],
            Roster = Gate.MixedRoster,
            Changes = [.. _changes],
        },
        Gate = GateImage.Of(Gate),
        Experts = [.. Gate.MixedRoster.Members.Select(member => _seats[member.Key].Image())],
    };

    /// <summary>Changes the pool from the next row on; null if that holds already.</summary>
    /// <exception cref="ArgumentException">The command breaks a rule; the message says which.</exception>
    public RosterChange? Change(RosterCommand command)
    {
        var decision = Roster.Decide(command, Gate.Encoded + 1, Options.Seed);
        if (decision.Refusal is { } reason)
            throw new ArgumentException(reason, nameof(command));
        if (decision.Change is { } change)
            Change(change);
        return decision.Change;
    }

    /// <summary>Changes the pool as it was changed before, from the next batch on.</summary>
    /// <exception cref="ArgumentException">The change is to hold from another batch on.</exception>
    public void Change(RosterChange change)
    {
        lock (_learning)
            Carry(change);
    }

    private void Carry(RosterChange change)
    {
        _predictor = null;
        Gate.Change(change);
        _changes.Add(change);
        if (change is not { Action: RosterAction.Added, Member: var member })
            return;
        var seat = member.Parent is { } parent
            ? _seats[parent].Copy(member)
            : new HostedExpert(member.Create(Schema));
        Place(seat, member);
        _seats[member.Key] = seat;
    }

    /// <summary>
    /// Has a device compute for experts from the next row on, and this processor for the others. The numbers are those
    /// of a model whose experts are computed there.
    /// </summary>
    /// <param name="pool">The device's experts, not disposed together with this; null for this processor alone.</param>
    /// <param name="computes">Of which specifications it computes experts.</param>
    /// <exception cref="DeviceRoomException">The device has no room for them.</exception>
    public void ComputeOn(IDevicePool? pool, Func<ExpertSpec, bool> computes)
    {
        ArgumentNullException.ThrowIfNull(computes);
        lock (_learning)
        {
            _device = pool is null ? null : (pool, computes);
            foreach (var member in Roster.Members)
                Place(_seats[member.Key], member);
        }
    }

    /// <summary>
    /// Puts an expert out of the pool from a batch on that is still to come; a second time changes nothing.
    /// </summary>
    /// <exception cref="ArgumentException">The expert is unknown, or the batch was already learned.</exception>
    public void Drop(DroppedExpert expert)
    {
        ArgumentNullException.ThrowIfNull(expert);
        if (!Roster.Members.Any(member => member.Origin == expert.Id))
            throw new ArgumentException($"There is no expert '{expert.Id}'.", nameof(expert));
        if (expert.From <= Gate.Encoded)
            throw new ArgumentException(
                $"Expert '{expert.Id}' cannot leave the pool from batch {expert.From} on, because batch "
                + $"{Gate.Encoded} was learned already; name a later one.", nameof(expert));
        Keep(expert);
    }

    /// <summary>
    /// Predicts rows by what was learned up to the last whole batch, and learns nothing; for any number of threads at
    /// once, while another one learns. The first call after a batch copies the experts' numbers
    /// (see <see cref="Predictor"/>).
    /// </summary>
    /// <param name="rows">The rows, as <see cref="Prediction.Predictor.Predict"/> takes them.</param>
    /// <exception cref="ArgumentException">The rows are of other columns, or a number is infinite.</exception>
    public Predictions Predict(RowBatch rows) => Predictor().Predict(rows);

    /// <summary>
    /// What predicts by the state after the last batch learned, whatever is learned later. Making one copies the
    /// experts' numbers while learning waits; until the next batch it is the same.
    /// </summary>
    public Predictor Predictor()
    {
        var predictor = _predictor;
        if (predictor is not null)
            return predictor;
        lock (_learning)
            return _predictor ??= NewPredictor();
    }

    /// <summary>Predicts each row, then learns it.</summary>
    /// <exception cref="ArgumentException">The rows cannot be a batch of this mixture; nothing was learned.</exception>
    public Predictions Learn(RowBatch rows)
    {
        lock (_learning)
            return LearnBatch(rows);
    }

    /// <summary>A hash over every number of the gate and all experts: equal exactly when the mixtures are.</summary>
    public string Fingerprint() => Fingerprints.Combine(
        [
            Fingerprints.Of(Gate.SaveEncoding),
            Fingerprints.Of(Gate.SaveMixing),
            .. Roster.Members.Select(member => Fingerprints.Of(_seats[member.Key].Image().Span)),
        ]);

    private Predictions LearnBatch(RowBatch rows)
    {
        rows = _names.Translate(rows, Gate.Vocabulary, "the source's");
        if (Gate.Problem(rows) is { } problem)
            throw new ArgumentException(problem, nameof(rows));
        foreach (var command in Gate.DueChanges())
            if (Roster.Decide(command, Gate.Encoded + 1, Options.Seed).Change is { } change)
                Change(change);
        return Take(rows);
    }

    /// <summary>
    /// Predicts and learns rows of a log again. Growth watches them, and what it does is left to the log, from which
    /// the caller makes the changes by <see cref="Change(RosterChange)"/>.
    /// </summary>
    /// <exception cref="ArgumentException">The rows cannot be a batch of this mixture; nothing was learned.</exception>
    public Predictions Repeat(RowBatch rows)
    {
        lock (_learning)
            return Gate.Problem(rows) is { } problem
                ? throw new ArgumentException(problem, nameof(rows))
                : Take(rows);
    }

    private Predictions Take(RowBatch rows)
    {
        var batch = Gate.Encode(rows);
        Offset = rows.NextOffset;
        var answers = new float[]?[batch.Roster.Count];
        RunOnDevice(batch, answers);
        for (var place = 0; place < answers.Length; place++)
            if (_seats[batch.Roster[place].Key] is { OnDevice: null } seat && batch.Number < seat.DroppedFrom)
                answers[place] = seat.Process(batch, place);
        var predictions = Gate.Mix(batch, answers) with
        {
            Changes = [.. _changes.Where(change => change.Member.Answers)],
        };
        Forget();
        _predictor = null;
        return predictions;
    }

    private Predictor NewPredictor()
    {
        var draft = new PredictorDraft(Gate);
        return draft.Build(Gate, draft.Members.Where(member => _seats[member.Key].DroppedFrom > draft.Number + 1)
            .ToDictionary(member => member.Key,
                member => _seats[member.Key].Snapshot(member, Schema, draft.ClassesFor(member))));
    }

    private IReadOnlyList<SourcePosition> Position() =>
        Offset == 0 ? [] : [new SourcePosition(SourceId.Stream("rows"), Offset, Gate.Scores().Rows)];

    private void Place(HostedExpert seat, Member member) => seat.MoveTo(
        _device is var (pool, computes) && computes(member.Spec) ? pool : null, member, Schema);

    private void RunOnDevice(RoutedBatch batch, float[]?[] answers)
    {
        if (_device is not var (pool, _))
            return;
        List<int> places = [.. Enumerable.Range(0, answers.Length).Where(place => batch.Asks(place)
            && _seats[batch.Roster[place].Key] is { OnDevice: not null } seat && batch.Number < seat.DroppedFrom)];
        if (places.Count == 0)
            return;
        var computed = pool.Run(batch.Training, [.. places.Select(place => new DeviceJob(
            _seats[batch.Roster[place].Key].OnDevice!, batch.Routing.RowsFor(place),
            batch.Roster[place].Mode == ExpertMode.Learning))]);
        foreach (var (i, place) in places.Index())
            answers[place] = computed[i];
    }

    // The images of those that went are part of the last batch until there is a later one.
    private void Forget()
    {
        if (_changes.Count == 0)
            return;
        foreach (var change in _changes)
            if (change.Action == RosterAction.Retired && _seats.Remove(change.Member.Key, out var seat))
                seat.Leave();
        _dropped.RemoveAll(expert => !Roster.Members.Any(member => member.Origin == expert.Id));
        _changes.Clear();
    }

    private void Keep(DroppedExpert expert)
    {
        if (Roster.Members.FirstOrDefault(member => member.Origin == expert.Id) is not { } member
            || _seats[member.Key].DroppedFrom != long.MaxValue)
            return;
        _predictor = null;
        _seats[member.Key].DroppedFrom = expert.From;
        _dropped.Add(expert);
    }

    private void Take(ModelFile model)
    {
        Take(model, PartNames.Gate, () =>
        {
            GateImage.Load(Gate, model.Gate);
            if (Gate.Mixed != model.Progress.LastBatch)
                throw new InvalidDataException(
                    $"it is of batch {Gate.Mixed}; that of batch {model.Progress.LastBatch} was expected");
        });
        foreach (var (place, image) in model.Experts.Index())
            if (image.Length > 0)
                Take(model, PartNames.Expert(Roster[place].Spec), () => _seats[Roster[place].Key].Load(image));
        foreach (var expert in model.Progress.Dropped)
            Keep(expert);
        Offset = model.Progress.Sources is [var only] ? only.Offset : 0;
        foreach (var change in model.Progress.Changes)
            Take(model, PartNames.Progress, () => Retake(change));
    }

    private static void Take(ModelFile model, string part, Action load)
    {
        try
        {
            load();
        }
        catch (InvalidDataException e)
        {
            throw ModelFileException.Damaged(model.Name, part, e.Message, e);
        }
    }

    private void Retake(RosterChange change)
    {
        if (change.From != Gate.Encoded + 1)
            throw new InvalidDataException($"a change of the pool from batch {change.From} on was found");
        Change(change);
    }
}
