using System.Runtime.Intrinsics;
using MoE.Compute.Batches;
using MoE.Compute.Data;
using MoE.Compute.Encoding;
using MoE.Compute.Files;
using MoE.Compute.Gating.Routing.Banks;
using MoE.Compute.Growth;
using MoE.Compute.Numerics;
using MoE.Compute.Rosters;
using MoE.Compute.Scoring;

namespace MoE.Compute.Gating;

/// <summary>
/// Encoder, router, mixers and metrics of one mixture. <see cref="Encode"/> may run ahead of <see cref="Mix"/> by up
/// to <see cref="MixtureOptions.Window"/> batches; each takes the batches in their order. Owned by one thread at a
/// time.
/// </summary>
public sealed class Gate
{
    /// <summary>Batches that are never reached, and beyond which numbers would end.</summary>
    private const long MostBatches = long.MaxValue / 2;

    /// <summary>Bytes that a name takes in an image at least: its column and its length.</summary>
    private const int TermBytes = 16;

    private readonly Schema _schema;
    private readonly MixtureOptions _options;
    private readonly Encoder _encoder;
    private readonly IRowGate _rows;
    private readonly ExpertTally _tally;
    private readonly IScoreboard _scores;
    private int[] _place = [];
    private int _mixedClasses;
    private GrowthPolicy? _growth;

    /// <summary>A gate that has seen nothing.</summary>
    /// <exception cref="InvalidOptionsException">At least one option is out of its range.</exception>
    public Gate(Schema schema, MixtureOptions options) : this(schema, options, Roster.Of(options))
    {
    }

    /// <summary>A gate over a pool that has changed, to be loaded.</summary>
    /// <exception cref="InvalidOptionsException">At least one option is out of its range.</exception>
    public Gate(Schema schema, MixtureOptions options, Roster roster)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(options);
        if (schema.Features.Count == 0)
            throw new ArgumentException("The schema has no features; at least one is needed.", nameof(schema));
        (_schema, _options) = (schema, options.Validated());
        _encoder = new Encoder(schema, options.Seed);
        _rows = NewRows(options, roster, _encoder.GateFeatureCount);
        _tally = new ExpertTally(roster);
        _scores = schema.Target.NewScoreboard();
        (Roster, MixedRoster) = (roster, roster);
        _growth = Grows ? NewGrowth() : null;
    }

    /// <summary>The pool that sees the next batch encoded.</summary>
    public Roster Roster { get; private set; }

    /// <summary>The pool that saw the last batch mixed.</summary>
    public Roster MixedRoster { get; private set; }

    /// <summary>The names met in the batches encoded so far.</summary>
    public Vocabulary Vocabulary { get; private set; } = new();

    /// <summary>Number of the last batch encoded; 0 before the first.</summary>
    public long Encoded { get; private set; }

    /// <summary>Number of the last batch mixed.</summary>
    public long Mixed { get; private set; }

    private bool Grows => _options.Growth.Mode != GrowthMode.Off;

    /// <summary>Why rows cannot be a batch of this mixture, in one sentence; null when they can.</summary>
    public string? Problem(RowBatch rows) => BatchCheck.Problem(rows, _schema, Vocabulary, _options.MaxClasses);

    /// <summary>
    /// Has the experts of big banks chosen elsewhere from the next batch on; not if they have a capacity, as then
    /// the choice for a row depends on that for the row before.
    /// </summary>
    public void ScoreBanks(BankScoring elsewhere)
    {
        ArgumentNullException.ThrowIfNull(elsewhere);
        ArgumentOutOfRangeException.ThrowIfLessThan(elsewhere.FewestExperts, 1);
        _rows.ScoreBanks(elsewhere);
    }

    /// <summary>Changes the pool from the next batch on that is encoded.</summary>
    /// <exception cref="ArgumentException">The change is to hold from another batch on.</exception>
    public void Change(RosterChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        if (change.From != Encoded + 1)
            throw new ArgumentException(
                $"The pool is to change from batch {change.From} on; batch {Encoded + 1} is next.", nameof(change));
        Roster = Roster.With(change);
    }

    /// <summary>
    /// The changes that growth wishes right before the next batch is encoded.
    /// They may break a rule by now, and are left out then.
    /// </summary>
    public IReadOnlyList<RosterCommand> DueChanges() => _growth?.Due(Encoded + 1, Roster) ?? [];

    /// <summary>Gives the rows the next batch number, encodes them and chooses their routed experts.</summary>
    public RoutedBatch Encode(RowBatch rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (Encoded - Mixed >= _options.Window)
            throw new InvalidOperationException(
                $"{Encoded - Mixed} batches are in progress; at most {_options.Window} may be.");
        var known = Vocabulary.Classes.Count;
        foreach (var term in rows.NewTerms)
            Vocabulary.Add(term);
        var k = _rows.Begin(++Encoded, rows.Rows, Roster);
        var features = new FeatureBatch
        {
            Number = Encoded,
            Rows = rows.Rows,
            Numeric = _schema.Numeric,
            Categorical = _schema.Categorical,
            Z = new float[rows.Rows * _schema.Numeric],
            Rank = new float[rows.Rows * _schema.Numeric],
            Category = new int[rows.Rows * _schema.Categorical],
            GateFeatures = new float[rows.Rows * _encoder.GateFeatureCount],
            GateFeatureCount = _encoder.GateFeatureCount,
            Names = Vocabulary.Names,
        };
        var routing = new RowRouting(Roster, k, new int[rows.Rows * k]);
        _encoder.Encode(rows, features);
        if (k > 0)
        {
            _rows.Choose(features.GateFeatures, routing.Chosen);
            routing.ListRows(rows.Rows);
        }
        return new RoutedBatch(
            new TrainingBatch(features, Labels.Of(rows.Targets, known, Vocabulary.Classes.Count)), routing,
            rows.Refusals.Count);
    }

    /// <summary>Mixes the experts' answers row by row, and lets each row teach mixers and router.</summary>
    /// <param name="batch">The batch after the last one mixed.</param>
    /// <param name="answers">
    /// By index in the batch's roster. A shared expert's: (B, heads, stride); a routed one's:
    /// (rows that chose it, heads, stride). Null counts as not knowing (uniform).
    /// </param>
    public Predictions Mix(RoutedBatch batch, ReadOnlySpan<float[]?> answers)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Number != Mixed + 1)
            throw new InvalidOperationException($"Batch {batch.Number} was to be mixed; {Mixed + 1} is next.");
        var (routing, stride) = (batch.Routing, batch.Labels.Stride);
        var predictions = new Predictions(
            batch.Number, new int[batch.Rows], new float[batch.Rows * stride], stride)
        {
            Roster = batch.Roster,
            RowsOf = routing.RowsOf,
        };
        Take(batch.Roster);
        _rows.Reshape(batch.Number, routing);
        _place.AsSpan().Fill(-1);
        for (var row = 0; row < batch.Rows; row++)
        {
            foreach (var slot in routing.ChosenFor(row))
                _place[slot]++;
            MixRow(batch, row, answers, predictions);
        }
        _tally.Add(batch, answers);
        _scores.Refuse(batch.Rejected);
        _rows.Mark(batch.Number);
        Mixed = batch.Number;
        return _growth?.Observe(batch, answers, predictions) is { Count: > 0 } drifts
            ? predictions with { Drifts = drifts } : predictions;
    }

    /// <summary>How good the mixed predictions were so far.</summary>
    public Scores Scores() => _scores.Snapshot(_mixedClasses);

    /// <summary>How good each expert was so far, in the order of <see cref="Roster"/>.</summary>
    public IReadOnlyList<ExpertScore> ExpertScores()
    {
        var weights = new double[MixedRoster.Count];
        _rows.AddWeights(weights, _tally.Seen);
        return [.. _tally.Scores(Roster, Scores().Rows).Zip(Roster.Members, (score, member) => score with
        {
            WeightShare = MixedRoster.PlaceOf(member.Key) is >= 0 and var place ? 100 * weights[place] : 0,
        })];
    }

    /// <summary>Writes what <see cref="Encode"/> changes: vocabulary, encoder, numbering.</summary>
    public void SaveEncoding(StateWriter state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Write(Encoded);
        var terms = Vocabulary.Terms.ToList();
        state.Write((long)terms.Count);
        foreach (var term in terms)
        {
            state.Write((long)term.Column);
            state.Write(term.Text);
        }
        _encoder.Save(state);
    }

    /// <summary>Takes over what <see cref="SaveEncoding"/> wrote; the mixing is loaded next.</summary>
    /// <exception cref="InvalidDataException">The image is damaged; the gate must not be used any more.</exception>
    public void LoadEncoding(StateReader state)
    {
        ArgumentNullException.ThrowIfNull(state);
        Encoded = state.ReadInt64(0, MostBatches);
        Vocabulary = new Vocabulary();
        for (var left = state.ReadItemCount(TermBytes); left > 0; left--)
        {
            var term = new Term((int)state.ReadInt64(Term.Class, _schema.Features.Count - 1), state.ReadString());
            if (Vocabulary.IndexOf(term) >= 0 || BatchCheck.TermProblem(term, _schema) is not null)
                throw state.Damaged($"a name of column {term.Column} was found twice, or in a column of numbers");
            var most = term.Column == Term.Class ? _options.MaxClasses : Vocabulary.MaxCategories;
            if (Vocabulary.Add(term) >= most)
                throw state.Damaged($"more than {most} names of column {term.Column} were found");
        }
        _encoder.Load(state);
    }

    /// <summary>Writes what <see cref="Mix"/> changes: mixers, router and its last versions, metrics.</summary>
    public void SaveMixing(StateWriter state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Write(Mixed);
        state.Write((long)_mixedClasses);
        _rows.Save(state);
        _tally.Save(state);
        _scores.Save(state);
    }

    /// <summary>
    /// Takes over what <see cref="SaveMixing"/> wrote after the batch whose encoding was loaded before. Growth begins
    /// there, unless its own state is loaded next.
    /// </summary>
    /// <exception cref="InvalidDataException">The image is damaged; the gate must not be used any more.</exception>
    public void LoadMixing(StateReader state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if ((Mixed = state.ReadInt64()) != Encoded)
            throw state.Damaged($"the mixing after batch {Mixed} was found; that after batch {Encoded} was expected");
        _mixedClasses = state.ReadCount(_options.MaxClasses);
        _rows.Load(state, Mixed);
        _tally.Load(state);
        _scores.Load(state);
        _growth = Grows ? NewGrowth() : null;
    }

    /// <summary>Writes what growth knows after the last batch mixed; nothing if it is off.</summary>
    public void SaveGrowth(StateWriter state) => _growth?.Save(state);

    /// <summary>Takes over what <see cref="SaveGrowth"/> wrote; if growth is off now, only checks it.</summary>
    /// <exception cref="InvalidDataException">The image is damaged; the gate must not be used any more.</exception>
    public void LoadGrowth(StateReader state)
    {
        var growth = NewGrowth();
        growth.Load(state, Mixed);
        _growth = Grows ? growth : null;
    }

    /// <summary>The columns of the rows.</summary>
    internal Schema Schema => _schema;

    /// <summary>Everything that decides what is computed.</summary>
    internal MixtureOptions Options => _options;

    /// <summary>What <see cref="Encode"/> encodes by now, for other threads to read by.</summary>
    internal Encoder CloneEncoder() => _encoder.Clone();

    /// <summary>What router and mixers are after the last batch mixed, for <see cref="NewRows"/>.</summary>
    internal byte[] SaveRows()
    {
        var state = new StateWriter();
        _rows.Save(state);
        return state.ToArray();
    }

    /// <summary>Router and mixers that have learned nothing, in the widest vectors of this processor.</summary>
    internal static IRowGate NewRows(MixtureOptions options, Roster roster, int gateFeatures) =>
        Vector512.IsHardwareAccelerated ? new RowGate<Lanes16>(options, roster, gateFeatures)
        : Vector256.IsHardwareAccelerated ? new RowGate<Pair<Lanes8>>(options, roster, gateFeatures)
        : new RowGate<Pair<Pair<Lanes4>>>(options, roster, gateFeatures);

    private GrowthPolicy NewGrowth() => new(_options.Growth, _options.Window, MixedRoster, _scores);

    private void Take(Roster roster)
    {
        if (ReferenceEquals(roster, MixedRoster) && _place.Length == roster.Routed.Count)
            return;
        _tally.Reshape(roster);
        MixedRoster = roster;
        _place = new int[roster.Routed.Count];
    }

    private void MixRow(RoutedBatch batch, int row, ReadOnlySpan<float[]?> answers, Predictions predictions)
    {
        var (features, routing, labels) = (batch.Features, batch.Routing, batch.Labels);
        var (y, known) = (labels.Targets[row], labels.KnownClasses[row]);
        var probabilities = predictions.Probabilities.AsSpan(row * labels.Stride, labels.Stride);
        if (known > 0)
            _rows.Mix(features, routing, row, known, answers, _place, probabilities);
        var best = known == 0 ? -1 : 0;
        for (var c = 1; c < known; c++)
            if (probabilities[c] > probabilities[best])
                best = c;
        predictions.Classes[row] = best;
        _scores.Add(y, best, probabilities[..known]);
        _mixedClasses = Math.Max(known, Math.Max(_mixedClasses, y + 1));
        if (y < known)
            _rows.Learn(features, routing, row, y);
    }
}
