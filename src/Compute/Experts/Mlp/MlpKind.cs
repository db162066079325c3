using MoE.Compute.Data;
using MoE.Compute.Experts.Mlp.Gpu;
using MoE.Compute.Numerics;

namespace MoE.Compute.Experts.Mlp;

/// <summary>The kind <c>mlp</c>: a network of one hidden layer that learns row by row.</summary>
internal sealed class MlpKind() : ExpertKindOf<MlpOptions>("mlp")
{
    /// <inheritdoc/>
    public override int Heads => 1;

    /// <inheritdoc/>
    protected override ExpertKernel<MlpOptions> Kernel { get; } = new(
        (place, options, schema) => new MlpArena(place, options, schema.Numeric, schema.Categorical),
        [
            "mlp input=z hidden=4 rate=0.05",
            "mlp input=hat hidden=20 rate=0.03",
            "mlp input=both hidden=8 optimizer=adam rate=0.01",
            "mlp input=hat hidden=8 optimizer=adam rate=0.01 average=0.01",
            "mlp input=z hidden=8 rate=0.03 average=0.02",
        ]);

    /// <inheritdoc/>
    protected override MlpOptions Read(OptionReader read, MlpOptions otherwise) => new()
    {
        Input = read.Choice("input", otherwise.Input),
        Hidden = read.Whole("hidden", otherwise.Hidden, 1, 8192),
        Optimizer = read.Choice("optimizer", otherwise.Optimizer),
        Rate = read.Number("rate", otherwise.Rate, 1f),
        Average = read.Number("average", otherwise.Average, 0.05f, zero: true),
    };

    /// <inheritdoc/>
    protected override IExpert Create(MlpOptions options, Schema schema, ulong seed, VectorWidth width) =>
        width switch
        {
            VectorWidth.Bits512 => new MlpExpert<Lanes16>(options, schema, seed),
            VectorWidth.Bits256 => new MlpExpert<Pair<Lanes8>>(options, schema, seed),
            _ => new MlpExpert<Pair<Pair<Lanes4>>>(options, schema, seed),
        };

    /// <summary>Weights, their averages and both moments of Adam, as many as there are of them.</summary>
    protected override long FloatsOf(MlpOptions options, StreamShape met)
    {
        var (hidden, classes) = (ClassVectors.Padded(options.Hidden), ClassVectors.Padded(met.Classes));
        var rows = (long)MlpInputs.FixedRows(options.Input, met.Numeric) + met.Names;
        var copies = 1 + (options.Average > 0f ? 1 : 0) + (options.Optimizer == MlpOptimizer.Adam ? 2 : 0);
        return copies * (((rows + 1) * (hidden + classes)) + ((long)classes * hidden));
    }

    /// <summary>
    /// H hidden units, S = H + padded classes, T inputs touched, c classes. Forward: T rows of S and the bias, c rows
    /// of H. Learning: c rows of H for the gradient, then every weight that was touched.
    /// </summary>
    protected override ExpertCost CostOf(MlpOptions options, Schema schema, int classes)
    {
        var touched = MlpInputs.Touched(options.Input, schema.Numeric, schema.Categorical);
        var rows = MlpInputs.FixedRows(options.Input, schema.Numeric);
        var (hidden, padded) = (ClassVectors.Padded(options.Hidden), ClassVectors.Padded(classes));
        var (stride, outputs) = (hidden + padded, classes * hidden);
        var (adam, averages) = (options.Optimizer == MlpOptimizer.Adam, options.Average > 0f);
        double updated = outputs + ((touched + 1) * stride), state = ((rows + 1) * stride) + (padded * hidden);
        double forwards = averages ? 2 : 1, followed = averages ? state / 8 : 0;
        return new ExpertCost(
            Operations: (forwards * ((2 * touched * stride) + hidden + (2 * outputs) + (ExpertCost.Softmax * padded)))
                + (2 * outputs) + (updated * (adam ? ExpertCost.AdamStep : 2)) + (3 * followed),
            Bytes: ExpertCost.Float * ((forwards * (((touched + 1) * stride) + outputs)) + outputs
                + (updated * (adam ? 6 : 2)) + (3 * followed)),
            Roots: adam ? updated : 0,
            Steps: touched + 1 + (hidden / ClassVectors.Block) + ExpertCost.ToGradient + classes + 2 + (adam ? 6 : 0),
            Lines: 0,
            State: ExpertCost.Float * state * ((adam ? 3 : 1) + (averages ? 1 : 0)));
    }

    /// <inheritdoc/>
    protected override MlpOptions SmallOf(MlpOptions options) => options with { Hidden = new MlpOptions().Hidden };

    /// <summary>Weights that follow slowly are the better record of an earlier time.</summary>
    protected override ArchiveRank ArchiveRankOf(MlpOptions options) =>
        options.Average > 0f ? ArchiveRank.Preferred : ArchiveRank.Allowed;
}

/// <summary>What the first layer reads.</summary>
public enum MlpInput
{
    /// <summary>z-scores, and a row of weights per category.</summary>
    Z,

    /// <summary>Two neighbouring hats of 16 per numeric feature, weighed by the rank, and a row per category.</summary>
    Hat,

    /// <summary>z-scores, hats and categories.</summary>
    Both,
}

/// <summary>How the weights follow the gradient.</summary>
public enum MlpOptimizer
{
    /// <summary>Plain steps: tracks what changed a moment ago.</summary>
    Sgd,

    /// <summary>Adam (Kingma and Ba 2015, algorithm 1), lazily per input row: steady.</summary>
    Adam,
}

/// <summary>A network of one hidden layer with a linear skip, learning row by row.</summary>
public sealed record MlpOptions
{
    /// <summary>What it reads. Default z.</summary>
    public MlpInput Input { get; init; } = MlpInput.Z;

    /// <summary>Hidden units. From 1 to 8192. Default 64.</summary>
    public int Hidden { get; init; } = 64;

    /// <summary>The optimizer. Default sgd.</summary>
    public MlpOptimizer Optimizer { get; init; } = MlpOptimizer.Sgd;

    /// <summary>Learning rate. Above 0, up to 1. Default 0.03.</summary>
    public float Rate { get; init; } = 0.03f;

    /// <summary>
    /// Rate per row at which averaged weights follow the learned ones; the average predicts. From 0 (off: the learned
    /// ones predict) to 0.05. Default 0.
    /// </summary>
    public float Average { get; init; }
}
