using MoE.Compute.Data;
using MoE.Compute.Experts;
using MoE.Compute.Files;
using MoE.Compute.Gating;
using MoE.Compute.Rosters;

namespace MoE.Compute;

/// <summary>A mixture of experts in one thread: the same arithmetic in the same order as the actors'.</summary>
public sealed class Mixture
{
    private readonly IExpert[] _experts;
    private readonly int[] _slot;
    private readonly long[] _frozenFrom;
    private readonly List<FrozenExpert> _frozen = [];
    private readonly float[]?[] _answers;
    private readonly float[]?[] _room;

    /// <summary>A mixture that has seen nothing.</summary>
    /// <exception cref="InvalidOptionsException">At least one option is out of its range.</exception>
    public Mixture(Schema schema, MixtureOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Gate = new Gate(schema, options);
        (Schema, Options, Roster) = (schema, options, Roster.Of(options));
        _experts = [.. options.Pool.Select(spec => ExpertKinds.Create(spec, schema, options.Seed))];
        _slot = RoutedSlots.Of(options.Pool);
        _frozenFrom = [.. _slot.Select(_ => long.MaxValue)];
        _answers = new float[]?[_experts.Length];
        _room = new float[]?[_experts.Length];
    }

    /// <summary>The columns of the rows that it learns.</summary>
    public Schema Schema { get; }

    /// <summary>Everything that decides what it computes.</summary>
    public MixtureOptions Options { get; }

    /// <summary>The pool.</summary>
    public Roster Roster { get; private set; }

    /// <summary>Encoder, router, mixers, metrics.</summary>
    public Gate Gate { get; }

    /// <summary>
    /// The names met so far. A source goes on where the mixture stands by
    /// <c>source.SkipTo(mixture.Offset, mixture.Terms)</c>.
    /// </summary>
    public IEnumerable<Term> Terms => Gate.Vocabulary.Terms;

    /// <summary>Rows of the source read up to the last one learned, where it learns only one.</summary>
    public long Offset { get; private set; }

    /// <summary>The experts that were put out of the pool, in the order in which that was done.</summary>
    public IReadOnlyList<FrozenExpert> Frozen => _frozen;

    /// <summary>The mixture that <see cref="Save"/> wrote, which goes on to the bit as that one did.</summary>
    /// <exception cref="ModelFileException">The file is missing, no model file, too new, or damaged.</exception>
    public static Mixture Load(string path) => From(ModelFile.Read(path));

    /// <summary>The mixture that a model file holds.</summary>
    /// <exception cref="ModelFileException">One of its images is damaged; the message says which.</exception>
    public static Mixture From(ModelFile model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var mixture = new Mixture(model.Schema, model.Options);
        mixture.Take(model);
        return mixture;
    }

    /// <summary>Writes everything into one file, in place of the one there; a crash leaves that or none.</summary>
    /// <param name="path">The file.</param>
    /// <param name="sources">How far the sources were read; null for one that nobody but the caller knows.</param>
    /// <exception cref="ModelFileException">It cannot be written.</exception>
    public void Save(string path, IReadOnlyList<SourcePosition>? sources = null) => ToModelFile(sources).Write(path);

    /// <summary>Everything as a model file in memory, which later learning does not change.</summary>
    /// <param name="sources">How far the sources were read.</param>
    public ModelFile ToModelFile(IReadOnlyList<SourcePosition>? sources = null) => new()
    {
        Schema = Schema,
        Options = Options,
        Standing = new ModelStanding { LastBatch = Gate.Mixed, Sources = sources ?? Position(), Frozen = [.. _frozen] },
        Gate = GateImage.Of(Gate),
        Experts = [.. _experts.Select(ImageOf)],
    };

    /// <summary>
    /// Puts an expert out of the pool from a batch on that is still to come; a second time changes nothing.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such expert, or the batch was learned already.</exception>
    public void Freeze(FrozenExpert expert)
    {
        ArgumentNullException.ThrowIfNull(expert);
        if (!Options.Pool.Any(spec => spec.Id == expert.Id))
            throw new ArgumentException($"There is no expert '{expert.Id}'.", nameof(expert));
        if (expert.From <= Gate.Encoded)
            throw new ArgumentException(
                $"Expert '{expert.Id}' cannot leave the pool from batch {expert.From} on, for batch {Gate.Encoded} is "
                + "learned already; name a later one.", nameof(expert));
        Keep(expert);
    }

    /// <summary>Changes the pool from the next batch on; null where it is so already.</summary>
    /// <exception cref="ArgumentException">The pool cannot be changed so.</exception>
    public RosterChange? Change(RosterCommand command)
    {
        var (change, refusal) = Roster.Decide(command, Gate.Encoded + 1, Options.Seed);
        if (refusal is not null)
            throw new ArgumentException(refusal, nameof(command));
        Roster = change is null ? Roster : Roster.With(change);
        return change;
    }

    /// <summary>Predicts each row, then learns it.</summary>
    /// <exception cref="ArgumentException">The rows cannot be a batch of this mixture; nothing was learned.</exception>
    public Predictions Learn(RowBatch rows)
    {
        if (Gate.Problem(rows) is { } problem)
            throw new ArgumentException(problem, nameof(rows));
        var batch = Gate.Encode(rows);
        Offset = rows.NextOffset;
        for (var e = 0; e < _experts.Length; e++)
        {
            _answers[e] = batch.Number >= _frozenFrom[e] ? null
                : _slot[e] < 0 ? Walk.All(_experts[e], batch, _room[e])
                : batch.RowsOf[_slot[e]] is { } chosen ? Walk.Some(_experts[e], batch, chosen, _room[e])
                : null;
            _room[e] = _answers[e] ?? _room[e];
        }
        return Gate.Mix(batch, _answers);
    }

    /// <summary>A hash over every number of the gate and all experts: equal exactly when the mixtures are.</summary>
    public string Fingerprint() => Fingerprints.Combine(
        [
            Fingerprints.Of(Gate.SaveEncoding),
            Fingerprints.Of(Gate.SaveMixing),
            .. _experts.Select(e => Fingerprints.Of(e.Save)),
        ]);

    private IReadOnlyList<SourcePosition> Position() =>
        Offset == 0 ? [] : [new SourcePosition(SourceId.Stream("rows"), Offset, Gate.Scores().Rows)];

    private static ReadOnlyMemory<byte> ImageOf(IExpert expert)
    {
        var image = new StateWriter();
        expert.Save(image);
        return image.ToArray();
    }

    private void Keep(FrozenExpert expert)
    {
        var place = Options.Pool.Index().First(e => e.Item.Id == expert.Id).Index;
        if (_frozenFrom[place] != long.MaxValue)
            return;
        _frozenFrom[place] = expert.From;
        _frozen.Add(expert);
    }

    private void Take(ModelFile model)
    {
        Take(model, PartNames.Gate, () =>
        {
            GateImage.Load(Gate, model.Gate);
            if (Gate.Mixed != model.Standing.LastBatch)
                throw new InvalidDataException(
                    $"it is of batch {Gate.Mixed}; that of batch {model.Standing.LastBatch} was expected");
        });
        foreach (var (place, image) in model.Experts.Index())
            if (image.Length > 0)
                Take(model, PartNames.Expert(Options.Pool[place]), () =>
                {
                    var state = new StateReader(image);
                    _experts[place].Load(state);
                    state.End();
                });
        foreach (var expert in model.Standing.Frozen)
            Keep(expert);
        Offset = model.Standing.Sources is [var only] ? only.Offset : 0;
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
}
