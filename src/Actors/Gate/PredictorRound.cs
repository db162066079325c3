using MoE.Compute.Experts;
using MoE.Compute.Prediction;
using MoE.Compute.Rosters;

namespace MoE.Actors.Gate;

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
