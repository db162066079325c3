using MoE.Compute.Encoding;
using MoE.Compute.Experts;
using MoE.Compute.Gating;
using MoE.Compute.Rosters;

namespace MoE.Compute.Prediction;

/// <summary>
/// A predictor in the making. A gate that runs ahead encodes a batch before it mixes it: what it encodes by is copied
/// right after one moment, what it mixes by after the other, and the experts' numbers in between. All are those after
/// the same batch.
/// </summary>
public sealed class PredictorDraft
{
    private readonly Encoder _encoder;
    private readonly PredictorNames _names;
    private readonly Roster _roster;
    private (Roster Roster, byte[] Rows)? _mixing;

    /// <summary>Begins a predictor of the state after the last batch that a gate has encoded.</summary>
    public PredictorDraft(Gate gate)
    {
        ArgumentNullException.ThrowIfNull(gate);
        (Number, _roster) = (gate.Encoded, gate.Roster);
        _encoder = gate.CloneEncoder();
        _names = PredictorNames.Of(gate.Schema, gate.Vocabulary);
        TakeMixing(gate);
    }

    /// <summary>The batch after which the state is.</summary>
    public long Number { get; }

    /// <summary>What <see cref="IExpert.Snapshot"/> is to be told of a member of the pool.</summary>
    public int ClassesFor(Member member)
    {
        ArgumentNullException.ThrowIfNull(member);
        return member.Mode == ExpertMode.Learning ? _names.Classes.Count : 0;
    }

    /// <summary>Whether router and mixers were copied.</summary>
    public bool HasMixing => _mixing is not null;

    /// <summary>Copies router and mixers, if the gate has just mixed the batch.</summary>
    public void TakeMixing(Gate gate)
    {
        ArgumentNullException.ThrowIfNull(gate);
        if (gate.Mixed == Number && _mixing is null)
            _mixing = (gate.MixedRoster, gate.SaveRows());
    }

    /// <summary>The members whose numbers are needed: the pool that the next batch would meet.</summary>
    public IEnumerable<Member> Members => _roster.Members.Where(member => member.Answers);

    /// <summary>The predictor.</summary>
    /// <param name="gate">The gate that it was begun for.</param>
    /// <param name="experts">The members' predictors by key; one that is missing counts as not knowing.</param>
    /// <exception cref="InvalidOperationException">The batch is not mixed yet.</exception>
    public Predictor Build(Gate gate, IReadOnlyDictionary<long, IPredictor> experts)
    {
        ArgumentNullException.ThrowIfNull(gate);
        ArgumentNullException.ThrowIfNull(experts);
        var (mixed, rows) = _mixing
            ?? throw new InvalidOperationException($"Batch {Number} is not mixed yet; a predictor needs that.");
        return new Predictor(Number, new PredictorState(
            gate.Schema, gate.Options, _roster, _names, _encoder, mixed, rows,
            [.. _roster.Members.Select(member => experts.GetValueOrDefault(member.Key))]));
    }
}
