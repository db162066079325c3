using Akka.Actor;
using MoE.Compute.Experts;
using MoE.Compute.Prediction;
using MoE.Compute.Rosters;
using static MoE.Actors.Expert.ExpertCommands;
using static MoE.Actors.Expert.ExpertReplies;
using static MoE.Actors.Gate.GateQueries;

namespace MoE.Actors.Gate;

/// <summary>Copies of the whole state after one batch, by which others predict while the gate learns on.</summary>
internal sealed class GatePredictors(GateCore core)
{
    private readonly List<IActorRef> _askers = [];
    private readonly List<IActorRef> _awaiters = [];
    private PredictorRound? _round;

    /// <summary>Whether an expert's numbers are still to come.</summary>
    public bool Awaits(long key) => _round?.Awaits(key) == true;

    /// <summary>Notes who asks for one.</summary>
    public void Ask(IActorRef asker) => _askers.Add(asker);

    /// <summary>What is asked of an expert after a batch; null for nothing.</summary>
    public TakeSnapshot? QuestionFor(ExpertHandle expert, long number) =>
        _round is { } round && round.Number == number && round.Awaits(expert.Key)
            ? new TakeSnapshot(expert.Epoch, number, round.ClassesFor(expert.Key)) : null;

    /// <summary>Begins one after the last batch encoded if somebody asks, unless one is in the making.</summary>
    public void Begin()
    {
        if (_round is not null || _askers.Count == 0)
            return;
        _round = new PredictorRound(core.Gate, (member, number) =>
            core.State.Dropped.GetValueOrDefault(member.Origin) is { } dropped && dropped.From <= number);
        core.Telemetry.CopyBegan();
        // who asks from here on may have to see what is learned from here on
        _awaiters.AddRange(_askers);
        _askers.Clear();
        foreach (var expert in core.Directory.Ready)
            if (QuestionFor(expert, _round.Number) is { } question)
                expert.Tell(question);
    }

    /// <summary>Copies router and mixers, if the gate has just mixed the batch.</summary>
    public void TakeMixing() => _round?.TakeMixing(core.Gate);

    /// <summary>Takes an expert's part.</summary>
    public void Take(ExpertHandle expert, SnapshotTaken taken)
    {
        if (_round?.Number != taken.Number)
            return;
        _round.Take(taken.Key, taken.Snapshot.Read(
            () => core.Node.NewExpert(expert.Member, core.Settings.Schema)));
        core.Shell.Advance();
    }

    /// <summary>Begins anew if the numbers of the one in the making cannot be had any more.</summary>
    public void GiveUp()
    {
        if (_round is null)
            return;
        _round = null;
        _askers.AddRange(_awaiters);
        _awaiters.Clear();
    }

    /// <summary>Begins anew if no expert that breaks can go back to the batch of the one in the making.</summary>
    public void GiveUpBefore(long number)
    {
        if (_round?.Number < number)
            GiveUp();
    }

    /// <summary>Gives the predictor to all who asked before it was begun.</summary>
    public void Give()
    {
        if (_round?.Finished(core.Gate) is not { } predictor)
            return;
        _round = null;
        core.Telemetry.CopyMade();
        foreach (var asker in _awaiters)
            asker.Tell(new PredictorMade(predictor));
        _awaiters.Clear();
        Begin();
    }
}

/// <summary>
/// A predictor in the making: what the gate encodes by is copied when it is begun, each expert's numbers as it reaches
/// the same batch in its mailbox, router and mixers when the gate has mixed that batch. The stream goes on meanwhile.
/// </summary>
internal sealed class PredictorRound
{
    private readonly PredictorDraft _draft;
    private readonly Dictionary<long, Member> _awaited;
    private readonly Dictionary<long, IPredictor> _taken = [];

    /// <summary>Begins one of the state after the last batch encoded.</summary>
    /// <param name="gate">The gate.</param>
    /// <param name="isDropped">Whether a member is out of the pool from a batch on.</param>
    public PredictorRound(Compute.Gating.Gate gate, Func<Member, long, bool> isDropped)
    {
        _draft = new PredictorDraft(gate);
        _awaited = _draft.Members.Where(member => !isDropped(member, Number + 1)).ToDictionary(member => member.Key);
    }

    /// <summary>The batch after which the state is.</summary>
    public long Number => _draft.Number;

    /// <summary>Whether an expert's numbers are still to come.</summary>
    public bool Awaits(long key) => _awaited.ContainsKey(key);

    /// <summary>What an expert is to be told of the classes of the rows to come.</summary>
    public int ClassesFor(long key) => _draft.ClassesFor(_awaited[key]);

    /// <summary>Copies router and mixers, where the gate has just mixed the batch.</summary>
    public void TakeMixing(Compute.Gating.Gate gate) => _draft.TakeMixing(gate);

    /// <summary>Takes an expert's numbers; a second time changes nothing.</summary>
    public void Take(long key, IPredictor predictor)
    {
        if (_awaited.Remove(key))
            _taken.Add(key, predictor);
    }

    /// <summary>The predictor; null while something is still to come.</summary>
    public Predictor? Finished(Compute.Gating.Gate gate) =>
        _awaited.Count == 0 && _draft.HasMixing ? _draft.Build(gate, _taken) : null;
}
