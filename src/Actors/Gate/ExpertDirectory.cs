using Akka.Actor;
using MoE.Compute.Batches;
using MoE.Compute.Rosters;
using static MoE.Actors.Expert.ExpertCommands;

namespace MoE.Actors.Gate;

/// <summary>
/// The experts that a gate has, by key: which of them answer, which wait for their parent, which leave, and what each
/// must be told to catch up. Sends nothing itself.
/// </summary>
/// <param name="kept">The batches since the last checkpoint.</param>
/// <param name="pipeline">Who is asked for which batch.</param>
internal sealed class ExpertDirectory(KeptBatches kept, Pipeline pipeline)
{
    private readonly Dictionary<long, ExpertHandle> _handles = [];
    private readonly List<ExpertHandle> _leaving = [];
    private (Roster? Roster, ExpertHandle?[] Handles) _last = (null, []);

    /// <summary>All experts, those among them that are about to leave.</summary>
    public IReadOnlyCollection<ExpertHandle> All => _handles.Values;

    /// <summary>The experts that can be told something.</summary>
    public IEnumerable<ExpertHandle> Ready => _handles.Values.Where(expert => expert.Epoch != 0);

    /// <summary>Whether each expert had its state back at least once.</summary>
    public bool AreRestored => _handles.Values.All(expert => expert.WasRestored);

    /// <summary>An expert; null where there is none of this key.</summary>
    public ExpertHandle? Find(long key) => _handles.GetValueOrDefault(key);

    /// <summary>An expert, unless it was restored again since; null then.</summary>
    public ExpertHandle? Find(long key, long epoch) => Find(key) is { } expert && expert.Epoch == epoch ? expert : null;

    /// <summary>The expert whose actor this is; null where it is none's any more.</summary>
    public ExpertHandle? FindBy(IActorRef actor) =>
        _handles.Values.FirstOrDefault(expert => actor.Equals(expert.Actor));

    /// <summary>The experts of a roster's members, by index. A member keeps its handle as long as it is one.</summary>
    public ExpertHandle?[] Of(Roster roster)
    {
        if (!ReferenceEquals(roster, _last.Roster))
            _last = (roster, [.. roster.Members.Select(member => Find(member.Key))]);
        return _last.Handles;
    }

    /// <summary>Adds an expert; one that begins as a copy waits for its parent's state.</summary>
    public ExpertHandle Add(Member member, bool awaitsParent = false)
    {
        var expert = new ExpertHandle(member) { AwaitsParent = awaitsParent };
        _handles.Add(member.Key, expert);
        return expert;
    }

    /// <summary>Takes over what a change of the pool says of an expert that is there.</summary>
    public void Change(RosterChange change)
    {
        if (Find(change.Member.Key) is not { } expert)
            return;
        expert.Member = change.Member;
        if (change.Action != RosterAction.Retired)
            return;
        expert.LeavesFrom = change.From;
        _leaving.Add(expert);
    }

    /// <summary>Lets an expert go at once.</summary>
    public void Remove(ExpertHandle expert) => _handles.Remove(expert.Key);

    /// <summary>Lets the experts go that are in no batch any more, and that nobody waits for; answers which.</summary>
    /// <param name="mixed">The last batch mixed.</param>
    /// <param name="isAwaited">Whether something else is still to come of an expert, by its key.</param>
    public IReadOnlyList<ExpertHandle> LetGo(long mixed, Func<long, bool> isAwaited)
    {
        if (_leaving.Count == 0)
            return [];
        List<ExpertHandle> gone = [];
        for (var i = _leaving.Count - 1; i >= 0; i--)
        {
            var expert = _leaving[i];
            if (expert.LeavesFrom > mixed + 1 || isAwaited(expert.Key)
                || _handles.Values.Any(newcomer => newcomer.NeedsParent && newcomer.Parent == expert.Key))
                continue;
            _leaving.RemoveAt(i);
            _handles.Remove(expert.Key);
            gone.Add(expert);
        }
        return gone;
    }

    /// <summary>All experts are to be restored from another point.</summary>
    public void ForgetRestored()
    {
        foreach (var expert in _handles.Values)
            (expert.Epoch, expert.WasRestored) = (0, false);
    }

    /// <summary>
    /// What an expert is told to come back to where the checkpoint or its parent leaves it, and then through all that
    /// came since, in order.
    /// </summary>
    /// <param name="expert">The expert, with the epoch that begins for it.</param>
    /// <param name="state">What the log says.</param>
    /// <param name="device">The device of its node that computes for it; null for the CPU.</param>
    /// <param name="asked">What is asked of it after a batch.</param>
    public IEnumerable<IWireMessage> Restoration(
        ExpertHandle expert, GateState state, string? device,
        Func<ExpertHandle, long, IEnumerable<IWireMessage>> asked)
    {
        var from = state.Checkpoint?.Number ?? 0;
        yield return new Restore(expert.Epoch, state.ImageOf(expert.Key))
        {
            InitialState = expert.InitialState,
            Device = device,
        };
        foreach (var message in CopiesOf(expert, from, orBefore: true).Concat(asked(expert, from)))
            yield return message;
        foreach (var batch in kept.From(expert.Since - 1))   // copies may begin where it begins
        {
            if (Share(expert, batch) is { } rows)
                yield return rows;
            foreach (var message in CopiesOf(expert, batch.Number).Concat(asked(expert, batch.Number)))
                yield return message;
        }
    }

    /// <summary>What the newcomers need that begin as copies of an expert after a batch.</summary>
    public IEnumerable<CloneState> CopiesOf(ExpertHandle parent, long after, bool orBefore = false) =>
        from newcomer in _handles.Values
        where newcomer.AwaitsParent && newcomer.Parent == parent.Key
            && (newcomer.Since - 1 == after || (orBefore && newcomer.Since - 1 < after))
        select new CloneState(parent.Epoch, newcomer.Key);

    /// <summary>An expert's rows of a batch; null where it has none.</summary>
    public ProcessRows? Share(ExpertHandle expert, RoutedBatch batch) =>
        batch.Roster.PlaceOf(expert.Key) is >= 0 and var index && pipeline.Asks(batch, index)
            ? Share(expert, batch, index) : null;

    /// <summary>The rows of a batch of the expert at an index of its roster, who has some.</summary>
    public static ProcessRows Share(ExpertHandle expert, RoutedBatch batch, int index) =>
        new(expert.Epoch, batch.Training, batch.Routing.RowsFor(index))
        {
            Learns = batch.Roster[index].Mode == ExpertMode.Learning,
        };
}
