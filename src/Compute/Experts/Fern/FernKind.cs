using MoE.Compute.Data;
using MoE.Compute.Experts.Fern.Gpu;
using MoE.Compute.Numerics;

namespace MoE.Compute.Experts.Fern;

/// <summary>The kind <c>fern</c>: random ferns whose leaves are learned together.</summary>
internal sealed class FernKind() : ExpertKindOf<FernOptions>("fern")
{
    private const int MaxLeaves = 1 << 21;

    /// <inheritdoc/>
    public override int Heads => 1;

    /// <inheritdoc/>
    protected override ExpertKernel<FernOptions> Kernel { get; } = new(
        (place, options, schema) => new FernArena(place, options, schema.Numeric, schema.Categorical),
        ["fern count=12 depth=3 rate=0.1", "fern count=70 depth=1 rate=0.05", "fern count=1 depth=14 rate=1"]);

    /// <inheritdoc/>
    protected override FernOptions Read(OptionReader read, FernOptions otherwise)
    {
        var options = new FernOptions
        {
            Count = read.Whole("count", otherwise.Count, 1, 1024),
            Depth = read.Whole("depth", otherwise.Depth, 1, 14),
            Rate = read.Number("rate", otherwise.Rate, 1f),
        };
        if (options.Count << options.Depth > MaxLeaves)
            read.Refuse($"count · 2^depth is {options.Count << options.Depth}; it must be {MaxLeaves} or less");
        return options;
    }

    /// <inheritdoc/>
    protected override IExpert Create(FernOptions options, Schema schema, ulong seed, VectorWidth width) =>
        width switch
        {
            VectorWidth.Bits512 => new FernExpert<Lanes16>(options, schema, seed),
            VectorWidth.Bits256 => new FernExpert<Pair<Lanes8>>(options, schema, seed),
            _ => new FernExpert<Pair<Pair<Lanes4>>>(options, schema, seed),
        };

    /// <summary>A leaf has a weight for each class and the sum of their squares.</summary>
    protected override long FloatsOf(FernOptions options, StreamShape met) =>
        ((long)options.Count << options.Depth) * NarrowVectors.Stride(met.Classes + 1);

    /// <summary>
    /// A leaf of S floats, its sum of squares among them, for each of F ferns; two lines of patterns per feature.
    /// </summary>
    protected override ExpertCost CostOf(FernOptions options, Schema schema, int classes)
    {
        var (ferns, stride) = (options.Count, NarrowVectors.Stride(classes + 1));
        var lines = ferns * ExpertCost.LinesOf(stride);
        var patterns = Math.Ceiling(ferns * options.Depth / 64d) * sizeof(ulong);
        return new ExpertCost(
            Operations: (ferns * stride) + (ExpertCost.Softmax * ClassVectors.Padded(classes)) + (3 * classes)
                + (5 * ferns) + (ferns * (2 + (2 * stride))),
            Bytes: (2 * ExpertCost.Line * lines) + ((schema.Numeric + schema.Categorical) * patterns),
            Roots: ferns,
            Steps: (ferns / 2) + ExpertCost.ToGradient + classes + 8,
            Lines: lines,
            State: ExpertCost.Float * (double)stride * (ferns << options.Depth));
    }

    /// <inheritdoc/>
    protected override FernOptions SmallOf(FernOptions options) => new() { Count = 8, Depth = 2 };

    /// <summary>A copy would take the memory of all leaves, most of which rows no longer reach.</summary>
    protected override ArchiveRank ArchiveRankOf(FernOptions options) => ArchiveRank.Never;
}

/// <summary>Random ferns whose leaves are learned together, by the gradient of one softmax.</summary>
public sealed record FernOptions
{
    /// <summary>Number of ferns. From 1 to 1024. Default 128.</summary>
    public int Count { get; init; } = 128;

    /// <summary>Tests of a fern; it has 2^depth leaves. From 1 to 14. Default 5.</summary>
    public int Depth { get; init; } = 5;

    /// <summary>Learning rate. Above 0, up to 1. Default 0.1.</summary>
    public float Rate { get; init; } = 0.1f;
}

/// <summary>How the leaves of ferns learn: V = Forget · V + |g|², W -= rate · g / √(V + Ridge).</summary>
internal static class FernRule
{
    /// <summary>What is left of V after each row that falls into the leaf.</summary>
    public const float Forget = 0.999f;

    /// <summary>What keeps a leaf's first steps small.</summary>
    public const float Ridge = 0.1f;
}
