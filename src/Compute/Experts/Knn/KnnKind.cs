using MoE.Compute.Data;
using MoE.Compute.Experts.Knn.Gpu;
using MoE.Compute.Numerics;

namespace MoE.Compute.Experts.Knn;

/// <summary>
/// The kind <c>memory</c>: nearest neighbours among the last rows. May be written <c>knn</c> with <c>k</c> for
/// <c>near</c> and <c>k-wide</c> for <c>wide</c>; stored models have the older words.
/// </summary>
internal sealed class KnnKind() : ExpertKindOf<KnnOptions>("memory")
{
    private const string OtherName = "knn";

    /// <inheritdoc/>
    public override int Heads => 2;

    /// <inheritdoc/>
    protected override ExpertKernel<KnnOptions> Kernel { get; } = new(
        (place, options, schema) => new KnnArena(place, options, schema.Numeric, schema.Categorical),
        ["memory size=16 near=1 wide=4", "memory input=rank size=40 near=3 wide=10", "memory size=100 near=8 wide=50"]);

    /// <inheritdoc/>
    internal override bool IsCalled(ReadOnlySpan<char> word) => base.IsCalled(word) || word is OtherName;

    /// <inheritdoc/>
    protected override KnnOptions Read(OptionReader read, KnnOptions otherwise)
    {
        var size = read.Whole("size", otherwise.Size, 16, 65536);
        var wide = read.Whole("wide", Math.Min(otherwise.Wide, size), 1, size, "size", also: "k-wide");
        return new()
        {
            Input = read.Choice("input", otherwise.Input),
            Size = size,
            Wide = wide,
            Near = read.Whole("near", Math.Min(otherwise.Near, wide), 1, wide, "wide", also: "k"),
        };
    }

    /// <inheritdoc/>
    protected override IExpert Create(KnnOptions options, Schema schema, ulong seed, VectorWidth width) =>
        width switch
        {
            VectorWidth.Bits512 => new KnnExpert<Lanes16>(options, schema),
            VectorWidth.Bits256 => new KnnExpert<Pair<Lanes8>>(options, schema),
            _ => new KnnExpert<Pair<Pair<Lanes4>>>(options, schema),
        };

    /// <summary>The rows that are kept, and their labels.</summary>
    protected override long FloatsOf(KnnOptions options, StreamShape met) =>
        (long)options.Size * (met.Numeric + met.Categorical + 1);

    /// <summary>
    /// All rows kept, and two votes; what the search leaves out of far rows is counted, too. A window that is searched
    /// for several rows at once is fetched once for all of them.
    /// </summary>
    protected override ExpertCost CostOf(KnnOptions options, Schema schema, int classes)
    {
        var features = schema.Numeric + schema.Categorical;
        double cells = (double)options.Size * features;
        var atOnce = KnnRule.RowsAtOnce(KnnRule.Padded(options.Size) * features);
        return new ExpertCost(
            Operations: (options.Size * ((3d * schema.Numeric) + (2 * schema.Categorical)))
                + ((options.Near + options.Wide) * (ExpertCost.Power + 4))
                + (2 * ExpertCost.Softmax * ClassVectors.Padded(classes)),
            Bytes: ExpertCost.Float * cells / atOnce,
            Roots: 0,
            Steps: 0,
            Lines: 0,
            State: ExpertCost.Float * cells);
    }

    /// <inheritdoc/>
    protected override KnnOptions SmallOf(KnnOptions options) => new() { Size = 16, Near = 2, Wide = 4 };

    /// <summary>It knows the last rows alone, which a copy that learns no more has little use for.</summary>
    protected override ArchiveRank ArchiveRankOf(KnnOptions options) => ArchiveRank.Never;
}

/// <summary>What distances are measured in.</summary>
public enum KnnInput
{
    /// <summary>z-scores.</summary>
    Z,

    /// <summary>Ranks, scaled to variance 1: every column counts alike, whatever its distribution.</summary>
    Rank,
}

/// <summary>The last labelled rows, and two votes of those nearest to a row.</summary>
public sealed record KnnOptions
{
    /// <summary>What distances are measured in. Default z.</summary>
    public KnnInput Input { get; init; } = KnnInput.Z;

    /// <summary>Rows kept. From 16 to 65536. Default 1000.</summary>
    public int Size { get; init; } = 1000;

    /// <summary>Neighbours that vote in the first head. From 1 to wide. Default 8.</summary>
    public int Near { get; init; } = 8;

    /// <summary>Neighbours that vote in the second head. From near to size. Default 50.</summary>
    public int Wide { get; init; } = 50;
}

/// <summary>What distances and votes are, on every device.</summary>
internal static class KnnRule
{
    /// <summary>Slots of a ring whose values of one feature lie side by side.</summary>
    public const int Tile = 64;

    /// <summary>What a category that differs adds to a squared distance.</summary>
    public const float Mismatch = 2f;

    /// <summary>√12: a uniform rank has variance 1/12.</summary>
    public const float RankScale = 3.4641016f;

    /// <summary>The rank of a cell that is missing.</summary>
    public const float MissingRank = 0.5f;

    /// <summary>Part of an answer that is spread evenly over the classes.</summary>
    public const float Doubt = 0.02f;

    /// <summary>Rows that a processor looks for at once, at most.</summary>
    public const int MostRows = 8;

    /// <summary>Floats that stay in a processor's first cache from one row to the next.</summary>
    private const int FirstCache = 1 << 14;

    private const float Sharpness = 2f;
    private const float UsualRate = 0.02f;

    /// <summary><paramref name="size"/> rounded up to whole tiles.</summary>
    public static int Padded(int size) => (size + Tile - 1) / Tile * Tile;

    /// <summary>
    /// Rows that a processor looks for at once: several where a ring of so many floats would be fetched from a farther
    /// cache for each of them.
    /// </summary>
    public static int RowsAtOnce(int floats) => floats > FirstCache ? MostRows : 1;

    /// <summary>What distances are multiplied by, where the farthest neighbour's is <paramref name="most"/>.</summary>
    public static float Scale(float most) => -Sharpness / (most + 1e-6f);

    /// <summary>The usual distance of the last neighbour after one more row.</summary>
    public static float Usual(float usual, float farthest) =>
        usual <= 0f ? farthest : usual + (UsualRate * (farthest - usual));
}
