using MoE.Compute.Data;
using MoE.Compute.Experts.Deep.Gpu;
using MoE.Compute.Experts.Mlp;
using MoE.Compute.Numerics;
using MoE.Compute.Numerics.Matrices;

namespace MoE.Compute.Experts.Deep;

/// <summary>The kind <c>deep</c>: a network of two hidden layers that learns some rows at once.</summary>
internal sealed class DeepKind() : ExpertKindOf<DeepOptions>("deep")
{
    /// <inheritdoc/>
    public override int Heads => 1;

    /// <inheritdoc/>
    protected override ExpertKernel<DeepOptions> Kernel { get; } = new(
        (place, options, schema) => new DeepArena(place, options, schema.Numeric, schema.Categorical),
        [
            "deep input=z hidden=20 second=40 rate=0.003 minibatch=7",
            "deep input=both hidden=33 second=5 optimizer=sgd rate=0.1 minibatch=16",
            "deep input=hat hidden=5 second=12 minibatch=1",
        ]);

    /// <inheritdoc/>
    protected override DeepOptions Read(OptionReader read, DeepOptions otherwise) => new()
    {
        Input = read.Choice("input", otherwise.Input),
        Hidden = read.Whole("hidden", otherwise.Hidden, 1, 1024),
        Second = read.Whole("second", otherwise.Second, 1, 1024),
        Optimizer = read.Choice("optimizer", otherwise.Optimizer),
        Rate = read.Number("rate", otherwise.Rate, 1f),
        Minibatch = read.Whole("minibatch", otherwise.Minibatch, 1, 256),
    };

    /// <inheritdoc/>
    protected override IExpert Create(DeepOptions options, Schema schema, ulong seed, VectorWidth width) =>
        width switch
        {
            VectorWidth.Bits512 => new DeepExpert<Lanes16>(options, schema, seed),
            VectorWidth.Bits256 => new DeepExpert<Pair<Lanes8>>(options, schema, seed),
            _ => new DeepExpert<Pair<Pair<Lanes4>>>(options, schema, seed),
        };

    /// <summary>
    /// Weights, both moments of Adam as many again each, and the rows that wait for a step: a count, a class, and what
    /// each touches of the first layer.
    /// </summary>
    protected override long FloatsOf(DeepOptions options, StreamShape met)
    {
        var (first, second) = (Panels.Padded(options.Hidden), Panels.Padded(options.Second));
        var rows = (long)MlpInputs.FixedRows(options.Input, met.Numeric) + met.Names;
        var weights = ((rows + 1) * first) + ((first + 1L) * second) + ((second + 1L) * Panels.Padded(met.Classes));
        var copies = options.Optimizer == MlpOptimizer.Adam ? 3 : 1;
        var touched = MlpInputs.MostTouched(met.Numeric, met.Categorical);
        return (copies * weights) + ((options.Minibatch - 1L) * (2 + (2L * touched)));
    }

    /// <summary>
    /// A row's part of a micro-batch: products of matrices forward, back and for the gradients, and one update of every
    /// weight that was touched.
    /// </summary>
    protected override ExpertCost CostOf(DeepOptions options, Schema schema, int classes)
    {
        double touched = MlpInputs.Touched(options.Input, schema.Numeric, schema.Categorical);
        double rows = options.Minibatch, inputs = MlpInputs.FixedRows(options.Input, schema.Numeric);
        double first = ClassVectors.Padded(options.Hidden), second = ClassVectors.Padded(options.Second);
        double above = ((first + 1) * second) + ((second + 1) * ClassVectors.Padded(classes));
        var updated = ((Math.Min(inputs, rows * touched) + 1) * first) + above;
        var adam = options.Optimizer == MlpOptimizer.Adam;
        return new ExpertCost(
            Operations: (4 * (touched + 1) * first) + (6 * above) + (ExpertCost.Softmax * ClassVectors.Padded(classes))
                + (updated * (adam ? ExpertCost.AdamStep : 2) / rows),
            Bytes: ExpertCost.Float * updated * (2 + (adam ? 6 : 2)) / rows,
            Roots: adam ? updated / rows : 0,
            Steps: 0,
            Lines: 0,
            State: ExpertCost.Float * (((inputs + 1) * first) + above) * (adam ? 3 : 1));
    }

    /// <inheritdoc/>
    protected override DeepOptions SmallOf(DeepOptions options) =>
        options with { Hidden = 32, Second = 32, Minibatch = 12 };

    /// <summary>Its many weights would take the archive's whole budget.</summary>
    protected override ArchiveRank ArchiveRankOf(DeepOptions options) => ArchiveRank.Never;
}

/// <summary>A network of two hidden layers that learns some rows at once: the slow lane.</summary>
public sealed record DeepOptions
{
    /// <summary>What it reads. Default both.</summary>
    public MlpInput Input { get; init; } = MlpInput.Both;

    /// <summary>Units of the first hidden layer, H₁. From 1 to 1024. Default 256.</summary>
    public int Hidden { get; init; } = 256;

    /// <summary>Units of the second hidden layer, H₂. From 1 to 1024. Default 256.</summary>
    public int Second { get; init; } = 256;

    /// <summary>The optimizer. Default adam.</summary>
    public MlpOptimizer Optimizer { get; init; } = MlpOptimizer.Adam;

    /// <summary>Learning rate. Above 0, up to 1. Default 0.001.</summary>
    public float Rate { get; init; } = 0.001f;

    /// <summary>
    /// Rows that one step learns from, M: fewer follow a stream that changes sooner, more cost less. From 1 to 256.
    /// Default 8.
    /// </summary>
    public int Minibatch { get; init; } = 8;
}
