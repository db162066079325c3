using MoE.Compute.Data;
using MoE.Compute.Experts.Cross.Gpu;
using MoE.Compute.Numerics;

namespace MoE.Compute.Experts.Cross;

/// <summary>The kind <c>cross</c>: a linear model over pairs of features, in one hashed table.</summary>
internal sealed class CrossKind() : ExpertKindOf<CrossOptions>("cross")
{
    /// <inheritdoc/>
    public override int Heads => 1;

    /// <inheritdoc/>
    protected override ExpertKernel<CrossOptions> Kernel { get; } = new(
        (place, options, schema) => new CrossArena(place, options, schema.Numeric, schema.Categorical),
        [
            "cross bits=8 rate=0.05 pairs=300 bins=64",
            "cross bits=10 rate=0.5 pairs=4 bins=3",
            "cross bits=12 rate=0.05 pairs=0",
        ]);

    /// <inheritdoc/>
    protected override CrossOptions Read(OptionReader read, CrossOptions otherwise) => new()
    {
        Bits = read.Whole("bits", otherwise.Bits, 8, 22),
        Rate = read.Number("rate", otherwise.Rate, 1f),
        Pairs = read.Whole("pairs", otherwise.Pairs, 0, 4096),
        Bins = read.Whole("bins", otherwise.Bins, 2, 64),
    };

    /// <inheritdoc/>
    protected override IExpert Create(CrossOptions options, Schema schema, ulong seed, VectorWidth width) =>
        width switch
        {
            VectorWidth.Bits512 => new CrossExpert<Lanes16>(options, schema, seed),
            VectorWidth.Bits256 => new CrossExpert<Pair<Lanes8>>(options, schema, seed),
            _ => new CrossExpert<Pair<Pair<Lanes4>>>(options, schema, seed),
        };

    /// <summary>An index and, for each of its keys, an entry of weights and sums of squares.</summary>
    protected override long FloatsOf(CrossOptions options, StreamShape met) =>
        (1L << options.Bits) * (1 + (2 * NarrowVectors.Stride(met.Classes)));

    /// <summary>
    /// An entry of 2 S floats for each of P keys, and the line of the index that says where it is (which is only read).
    /// </summary>
    protected override ExpertCost CostOf(CrossOptions options, Schema schema, int classes)
    {
        var features = schema.Numeric + schema.Categorical;
        var pairs = Math.Min(options.Pairs, features * (features - 1) / 2);
        var (keys, stride) = (1 + features + pairs, NarrowVectors.Stride(classes));
        var lines = ExpertCost.LinesOf(2 * stride);
        double entries = Math.Min(
            1 << options.Bits, 1 + (features * options.Bins) + (pairs * options.Bins * options.Bins));
        return new ExpertCost(
            Operations: (keys * stride * 6) + (ExpertCost.Softmax * ClassVectors.Padded(classes)),
            Bytes: keys * ExpertCost.Line * ((2 * lines) + 1),
            Roots: keys * stride,
            Steps: (keys / 2) + ExpertCost.ToGradient + 8,
            Lines: keys * (lines + 1),
            State: (ExpertCost.Float * 2 * stride * entries) + (sizeof(int) * (double)(1 << options.Bits)));
    }

    /// <inheritdoc/>
    protected override CrossOptions SmallOf(CrossOptions options) => new() { Bits = 8 };

    /// <summary>A copy would take as much memory as the table, most of it for what no longer occurs.</summary>
    protected override ArchiveRank ArchiveRankOf(CrossOptions options) => ArchiveRank.Never;
}

/// <summary>A linear model over bins of features and of pairs of features, in one hashed table.</summary>
public sealed record CrossOptions
{
    /// <summary>Logarithm to base 2 of the table's rows. From 8 to 22. Default 18.</summary>
    public int Bits { get; init; } = 18;

    /// <summary>Learning rate. Above 0, up to 1. Default 0.05.</summary>
    public float Rate { get; init; } = 0.05f;

    /// <summary>
    /// Pairs of features at most; chosen at random if there are more. From 0 to 4096. Default 300.
    /// </summary>
    public int Pairs { get; init; } = 300;

    /// <summary>Bins per numeric feature, equal in rank. From 2 to 64. Default 16.</summary>
    public int Bins { get; init; } = 16;
}
