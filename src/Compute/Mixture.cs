using MoE.Compute.Data;
using MoE.Compute.Gating;

namespace MoE.Compute;

/// <summary>A mixture of experts in one thread: the same arithmetic in the same order as the actors'.</summary>
public sealed class Mixture
{
    /// <summary>A mixture that has seen nothing.</summary>
    public Mixture(Schema schema, MixtureOptions options) => throw new NotSupportedException("contract");

    /// <summary>Encoder, router, mixers, metrics.</summary>
    public Gate Gate => throw new NotSupportedException("contract");

    /// <summary>Predicts each row, then learns it.</summary>
    public Predictions Learn(RowBatch rows) => throw new NotSupportedException("contract");

    /// <summary>A hash over every number of the gate and all experts: equal exactly when the mixtures are.</summary>
    public string Fingerprint() => throw new NotSupportedException("contract");
}
