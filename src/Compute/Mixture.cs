using MoE.Compute.Data;
using MoE.Compute.Experts;
using MoE.Compute.Gating;

namespace MoE.Compute;

/// <summary>A mixture of experts in one thread: the same arithmetic in the same order as the actors'.</summary>
public sealed class Mixture
{
    private readonly IExpert[] _experts;
    private readonly int[] _slot;
    private readonly float[]?[] _answers;
    private readonly float[]?[] _room;

    /// <summary>A mixture that has seen nothing.</summary>
    /// <exception cref="InvalidOptionsException">At least one option is out of its range.</exception>
    public Mixture(Schema schema, MixtureOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Gate = new Gate(schema, options);
        _experts = [.. options.Pool.Select(spec => ExpertKinds.Create(spec, schema, options.Seed))];
        _slot = RoutedSlots.Of(options.Pool);
        _answers = new float[]?[_experts.Length];
        _room = new float[]?[_experts.Length];
    }

    /// <summary>Encoder, router, mixers, metrics.</summary>
    public Gate Gate { get; }

    /// <summary>Predicts each row, then learns it.</summary>
    /// <exception cref="ArgumentException">The rows cannot be a batch of this mixture; nothing was learned.</exception>
    public Predictions Learn(RowBatch rows)
    {
        if (Gate.Problem(rows) is { } problem)
            throw new ArgumentException(problem, nameof(rows));
        var batch = Gate.Encode(rows);
        for (var e = 0; e < _experts.Length; e++)
        {
            _answers[e] = _slot[e] < 0 ? Walk.All(_experts[e], batch, _room[e])
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
}
