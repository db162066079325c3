using System.Globalization;
using MoE.Compute.Batches;
using MoE.Compute.Encoding;
using MoE.Compute.Experts;
using MoE.Compute.Files;
using MoE.Compute.Rosters;
using MoE.Compute.Scoring;

namespace MoE.Compute.Growth;

/// <summary>
/// Decides how a pool changes by itself: copies of its best network are archived, every <see cref="GrowthOptions
/// .Interval"/> rows and of the time before the accuracy fell; routed experts that are never chosen, or are the same as
/// another, are replaced or go. A pure function of the mixed batches: what is decided in batch n holds from batch
/// n + window on, the first one that cannot have been encoded before.
/// </summary>
public sealed class GrowthPolicy
{
    /// <summary>Rows from one reserve to the next.</summary>
    private const int ReserveRows = 1024;

    /// <summary>Reserves that are kept.</summary>
    private const int Reserves = 3;

    private readonly GrowthOptions _options;
    private readonly int _window;
    private readonly IScoreboard _scoreboard;
    private readonly Archive _archive = new();
    private readonly Specialists _specialists = new();
    private readonly RoutedLoads _loads = new();
    private readonly RoutedPairs _pairs = new();
    private readonly GrowthPlan _plan = new();
    private readonly AccuracyWatch _watch;
    private readonly SpecialistWatches? _expertWatches;
    private readonly List<(Member Member, AccuracyFall Fall)> _falls = [];
    private readonly List<string> _told = [];
    private Roster _roster = new([], 0);
    private StreamShape _met;
    private long _batch;
    private long _rows;

    /// <summary>A policy that has seen nothing.</summary>
    /// <param name="options">What it may do.</param>
    /// <param name="window">Batches that may be under way at once.</param>
    /// <param name="roster">The pool.</param>
    /// <param name="scoreboard">What scores the mixture's predictions, by whose loss they are watched.</param>
    public GrowthPolicy(GrowthOptions options, int window, Roster roster, IScoreboard scoreboard)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(roster);
        ArgumentNullException.ThrowIfNull(scoreboard);
        (_options, _window, _scoreboard, _rows) = (options, window, scoreboard, scoreboard.Rows);
        _watch = new AccuracyWatch(options.Detector, _rows);
        if (options.Watch == GrowthWatch.Experts)
            _expertWatches = new SpecialistWatches(options.Detector);
        Take(roster);
    }

    private bool IsSuggesting => _options.Mode == GrowthMode.Suggest;

    /// <summary>Takes a batch that was mixed, after the one before.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="answers">The experts' answers to it, as the mixing had them.</param>
    /// <param name="predictions">What came of them.</param>
    /// <returns>Falls of accuracy that were confirmed, and suggestions, in one sentence each.</returns>
    public IReadOnlyList<string> Observe(
        RoutedBatch batch, ReadOnlySpan<float[]?> answers, Predictions predictions)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(predictions);
        var (features, labels) = (batch.Features, batch.Labels);
        _plan.Pass(_batch = batch.Number);
        if (!ReferenceEquals(batch.Roster, _roster))
            Take(batch.Roster);
        var before = _rows;
        if (batch.Rows > 0)
            _met = new(
                features.Numeric, features.Categorical, features.Names,
                Math.Max(labels.KnownClasses[^1], labels.Targets[^1] + 1));
        for (var row = 0; row < batch.Rows; row++)
        {
            _archive.Add(labels, row, answers);
            if (labels.Targets[row] < labels.KnownClasses[row])
                _specialists.Add(labels, row, answers);
            var loss = _watch.WantsLoss ? LossOf(labels, row, predictions) : 0f;
            if (_watch.Add(predictions.Classes[row] != labels.Targets[row], loss, ++_rows) is { } fall)
                Recall(fall, null);
            _expertWatches?.Add(labels, row, answers, _rows, _falls);
            foreach (var (member, itsFall) in _falls)
                Recall(itsFall, member);
            _falls.Clear();
        }
        _loads.Add(batch.Routing);
        _pairs.Add(batch, answers);
        if (Passes(before, _options.Interval))
            Check();
        if (Passes(before, ReserveRows) && !IsSuggesting)
            KeepReserves();
        if (_told.Count == 0)
            return [];
        string[] told = [.. _told];
        _told.Clear();
        return told;
    }

    /// <summary>The commands to carry out right before a batch is encoded, in their order.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="roster">The pool before them, for whose experts they are named.</param>
    public IReadOnlyList<RosterCommand> Due(long batch, Roster roster)
    {
        ArgumentNullException.ThrowIfNull(roster);
        return IsSuggesting ? [] : _plan.Due(batch, roster);
    }

    /// <summary>Writes everything that later decisions depend on, but not the options.</summary>
    public void Save(StateWriter state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Write(_rows);
        _watch.Save(state);
        _specialists.Save(state);
        _archive.Save(state);
        _loads.Save(state);
        _pairs.Save(state);
        _plan.Save(state);
        SaveFurther(state);
    }

    /// <summary>Takes over what <see cref="Save"/> wrote after a batch of the same pool.</summary>
    /// <exception cref="InvalidDataException">The image is damaged; the policy must not be used any more.</exception>
    public void Load(StateReader state, long mixed)
    {
        ArgumentNullException.ThrowIfNull(state);
        (_batch, _rows) = (mixed, state.ReadInt64(0, long.MaxValue / 2));
        _watch.Load(state, _rows);
        _specialists.Load(state);
        _archive.Load(state, _rows);
        _loads.Load(state, _rows);
        _pairs.Load(state);
        _plan.Load(state, mixed, _window);
        LoadFurther(state);
    }

    /// <summary>Writes the settings and what is watched under them, unless they are the defaults.</summary>
    private void SaveFurther(StateWriter state)
    {
        if (_options.Detector == GrowthDetector.Adwin && _options.Watch == GrowthWatch.Mixture)
            return;
        state.Write((long)_options.Detector);
        state.Write((long)_options.Watch);
        _watch.SaveLoss(state);
        _expertWatches?.Save(state);
    }

    /// <summary>Reads that if it is of the present settings; else only checks it, and begins.</summary>
    private void LoadFurther(StateReader state)
    {
        if (state.AtEnd)
            return;
        var detector = (GrowthDetector)state.ReadCount((int)GrowthDetector.Both);
        var watch = (GrowthWatch)state.ReadCount((int)GrowthWatch.Experts);
        var isPresent = (detector, watch) == (_options.Detector, _options.Watch);
        (isPresent ? _watch : new AccuracyWatch(detector, _rows)).LoadLoss(state);
        if (watch == GrowthWatch.Mixture)
            return;
        var experts = isPresent ? _expertWatches! : new SpecialistWatches(detector);
        experts.Reshape(_specialists.In(_roster), _roster, _rows);
        experts.Load(state, _rows);
    }

    private bool Passes(long before, int rows) => before / rows != _rows / rows;

    private void Take(Roster roster)
    {
        _roster = roster;
        _archive.Reshape(roster, _rows);
        _specialists.Reshape(roster);
        _expertWatches?.Reshape(_specialists.In(roster), roster, _rows);
        _loads.Reshape(roster, isFirst: _rows == 0);
        _pairs.Reshape(roster);
    }

    private void Check()
    {
        if (_specialists.Best(_roster) is { } parent && MakeRoom(parent))
            Decide(GrowthAct.Archive, parent, string.Create(CultureInfo.InvariantCulture,
                $"a frozen copy of '{parent.Spec.Id}' is kept every {_options.Interval:N0} rows, this one of row ")
                + _rows.ToString("N0", CultureInfo.InvariantCulture));
        if (_loads.Dead(IsThere) is { } dead && _plan.Count(GrowthAct.Clone) == 0)
        {
            Decide(GrowthAct.Retire, dead.Dead, dead.Reason);
            Decide(GrowthAct.Clone, dead.Busiest, dead.Reason);
        }
        foreach (var twins in _pairs.Twins())
            if (IsThere(twins.Older.Key) && IsThere(twins.Younger.Key))
                Decide(GrowthAct.Retire, twins.Younger, twins.Reason);
        _loads.Clear();
        _pairs.Clear();
    }

    private void KeepReserves()
    {
        if (_options.Budget == 0)
            return;
        if (_options.Watch == GrowthWatch.Experts)
            foreach (var specialist in _specialists.In(_roster))
                KeepReserve(specialist, key => MemberOf(key).Parent == specialist.Key,
                    _plan.KeysOf(GrowthAct.Reserve).Count(key => key == specialist.Key));
        else if (_specialists.Best(_roster) is { } best)
            KeepReserve(best, _ => true, _plan.Count(GrowthAct.Reserve));
    }

    private void KeepReserve(Member parent, Func<long, bool> counts, int coming)
    {
        if (!MayCome(parent))
            return;
        List<long> kept = [.. _archive.Reserves.Where(key => IsThere(key) && counts(key))];
        foreach (var old in kept.Take(kept.Count + coming - (Reserves - 1)))
            Decide(GrowthAct.Retire, MemberOf(old), $"there are {Reserves} newer reserves");
        Decide(GrowthAct.Reserve, parent, string.Create(
            CultureInfo.InvariantCulture, $"'{parent.Spec.Id}' as of row {_rows:N0}, should the accuracy fall"));
    }

    /// <summary>Archives the reserve of before the accuracy fell; those of later are of no use.</summary>
    /// <param name="fall">What was confirmed.</param>
    /// <param name="of">The expert whose fall it is; null for the mixture, whose best specialist is then meant.</param>
    private void Recall(AccuracyFall fall, Member? of)
    {
        _told.Add(fall.Text);
        var parent = of ?? _specialists.Best(_roster);
        var reason = $"{fall.Text}; the specialist of before is kept";
        if (IsSuggesting)
        {
            if (parent is not null && MakeRoom(parent))
                Decide(GrowthAct.Archive, parent, fall.Text);
            return;
        }
        bool IsOne(long key) => IsThere(key)
            && (_options.Watch == GrowthWatch.Mixture || MemberOf(key).Parent == parent?.Key);
        var reserve = _archive.ReserveAt(fall.Row, IsOne);
        foreach (var other in _archive.Reserves.Where(IsOne).ToList())
            if (other != reserve)
                Decide(GrowthAct.Retire, MemberOf(other), $"{fall.Text}; another reserve is kept");
        if (reserve is { } key && MakeRoom(MemberOf(key)))
            Decide(GrowthAct.Join, MemberOf(key), reason);
    }

    private float LossOf(Labels labels, int row, Predictions predictions) => _scoreboard.Loss(
        labels.Targets[row],
        predictions.Probabilities.AsSpan(row * predictions.ClassStride, labels.KnownClasses[row]));

    /// <summary>Whether an expert on its own is within the budget.</summary>
    private bool MayCome(Member newcomer) =>
        _options.Budget > 0 && BytesOf(newcomer) <= _options.BudgetBytes;

    /// <summary>Retires experts until one more is within the budget; false if that is impossible.</summary>
    private bool MakeRoom(Member newcomer)
    {
        if (!MayCome(newcomer))
            return false;
        long[] held = [.. _archive.Held.Where(IsThere),
            .. _plan.KeysOf(GrowthAct.Archive), .. _plan.KeysOf(GrowthAct.Join)];
        var (count, bytes) = (held.Length, held.Sum(BytesOf) + BytesOf(newcomer));
        var budget = count >= _options.Budget ? $"{count} experts are archived, the budget" : string.Create(
            CultureInfo.InvariantCulture,
            $"{count} archived experts and one more have {bytes:N0} bytes, over the budget of ")
            + _options.BudgetBytes.ToString("N0", CultureInfo.InvariantCulture);
        for (var left = count; left >= _options.Budget || bytes > _options.BudgetBytes; left--)
        {
            if (_archive.Redundant(_rows, IsThere) is not var (key, twin, agreement))
                return false;
            bytes -= BytesOf(key);
            Decide(GrowthAct.Retire, MemberOf(key), twin is { } other
                ? string.Create(CultureInfo.InvariantCulture,
                    $"{budget}; it says the same on {100 * agreement:0.0} % of the ")
                    + $"rows as '{MemberOf(other).Spec.Id}'"
                : $"{budget}; it is the oldest");
        }
        return true;
    }

    /// <summary>Bytes of an expert once it has met all that the stream has shown.</summary>
    private long BytesOf(Member member) => ExpertKinds.Of(member.Spec).BytesOf(member.Spec, _met);

    /// <summary>The same of a member of the pool; 0 if it has left.</summary>
    private long BytesOf(long key) => _roster.PlaceOf(key) is >= 0 and var place ? BytesOf(_roster[place]) : 0;

    private void Decide(GrowthAct act, Member member, string reason)
    {
        var step = new GrowthStep(_batch + _window, act, member.Key, reason);
        if (!IsSuggesting)
            _plan.Add(step);
        else if (step.For(_roster) is { } command)
            _told.Add($"suggested: {RosterText.Of(command with { Reason = RosterCommand.NoReason })} ({reason})");
    }

    /// <summary>Whether an expert of the pool is not about to go or to join.</summary>
    private bool IsThere(long key) => !_plan.Has(GrowthAct.Retire, key) && !_plan.Has(GrowthAct.Join, key);

    private Member MemberOf(long key) => _roster[_roster.PlaceOf(key)];
}
