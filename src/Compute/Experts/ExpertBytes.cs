using MoE.Compute.Experts.Cross;
using MoE.Compute.Experts.Deep;
using MoE.Compute.Experts.Fern;
using MoE.Compute.Experts.Memory;
using MoE.Compute.Experts.Mlp;
using MoE.Compute.Simd;
using MoE.Compute.Simd.Matrices;

namespace MoE.Compute.Experts;

/// <summary>
/// The bytes of an expert's numbers once it has met all there is: a function of what it is and of what the stream has
/// shown, and so the same on every machine and on a replay. An expert that has met less takes less.
/// </summary>
/// <param name="Numeric">Numeric features.</param>
/// <param name="Categorical">Categorical features.</param>
/// <param name="Names">Names of all categorical features together.</param>
/// <param name="Classes">Classes.</param>
internal readonly record struct ExpertBytes(int Numeric, int Categorical, int Names, int Classes)
{
    /// <summary>Those of an expert of this specification.</summary>
    public long Of(ExpertSpec spec) => sizeof(float) * (ExpertKinds.Options(spec, []) switch
    {
        MlpOptions mlp => Numbers(mlp),
        DeepOptions deep => Numbers(deep),
        CrossOptions cross => (1L << cross.Bits) * (1 + (2 * NarrowRows.Stride(Classes))),
        FernOptions fern => ((long)fern.Count << fern.Depth) * NarrowRows.Stride(Classes + 1),
        MemoryOptions memory => (long)memory.Size * (Numeric + Categorical + 1),
        var other => throw new ArgumentOutOfRangeException(nameof(spec), other, "No kind has such options."),
    });

    /// <summary>Weights, their averages and both moments of Adam, as many as there are of them.</summary>
    private long Numbers(MlpOptions mlp)
    {
        var (hidden, classes) = (ClassRows.Padded(mlp.Hidden), ClassRows.Padded(Classes));
        var rows = (long)MlpInputs.FixedRows(mlp.Input, Numeric) + Names;
        var copies = 1 + (mlp.Average > 0f ? 1 : 0) + (mlp.Optimizer == MlpOptimizer.Adam ? 2 : 0);
        return copies * (((rows + 1) * (hidden + classes)) + ((long)classes * hidden));
    }

    /// <summary>
    /// Weights, both moments of Adam as many again each, and the rows that wait for a step: a count, a class, and what
    /// each touches of the first layer.
    /// </summary>
    private long Numbers(DeepOptions deep)
    {
        var (first, second) = (Panels.Padded(deep.Hidden), Panels.Padded(deep.Second));
        var rows = (long)MlpInputs.FixedRows(deep.Input, Numeric) + Names;
        var weights = ((rows + 1) * first) + ((first + 1L) * second) + ((second + 1L) * Panels.Padded(Classes));
        var copies = deep.Optimizer == MlpOptimizer.Adam ? 3 : 1;
        var touched = MlpInputs.MostTouched(Numeric, Categorical);
        return (copies * weights) + ((deep.Minibatch - 1L) * (2 + (2L * touched)));
    }
}
