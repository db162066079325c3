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
