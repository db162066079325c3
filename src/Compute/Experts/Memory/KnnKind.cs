using MoE.Compute.Data;
using MoE.Compute.Kernels.Memory;
using MoE.Compute.Simd;

namespace MoE.Compute.Experts.Memory;

/// <summary>The kind <c>memory</c>: nearest neighbours among the last rows.</summary>
internal sealed class KnnKind() : ExpertKindOf<MemoryOptions>("memory")
{
    /// <inheritdoc/>
    public override int Heads => 2;

    /// <inheritdoc/>
    protected override ExpertKernel<MemoryOptions> Kernel { get; } = new(
        (place, options, schema) => new MemoryArena(place, options, schema.Numeric, schema.Categorical),
        ["memory size=16 near=1 wide=4", "memory input=rank size=40 near=3 wide=10", "memory size=100 near=8 wide=50"]);

    /// <inheritdoc/>
    protected override MemoryOptions Read(OptionReader read, MemoryOptions otherwise)
    {
        var size = read.Whole("size", otherwise.Size, 16, 65536);
        var wide = read.Whole("wide", Math.Min(otherwise.Wide, size), 1, size, "size");
        return new()
        {
            Input = read.Choice("input", otherwise.Input),
            Size = size,
            Wide = wide,
            Near = read.Whole("near", Math.Min(otherwise.Near, wide), 1, wide, "wide"),
        };
    }

    /// <inheritdoc/>
    protected override IExpert Create<L>(MemoryOptions options, Schema schema, ulong seed) =>
        new MemoryExpert<L>(options, schema);

    /// <summary>The rows that are kept, and their labels.</summary>
    protected override long FloatsOf(MemoryOptions options, StreamShape met) =>
        (long)options.Size * (met.Numeric + met.Categorical + 1);

    /// <summary>
    /// All rows kept, and two votes; what the search leaves out of far rows is counted, too. A window that is searched
    /// for several rows at once is fetched once for all of them.
    /// </summary>
    protected override ExpertCost CostOf(MemoryOptions options, Schema schema, int classes)
    {
        var features = schema.Numeric + schema.Categorical;
        double cells = (double)options.Size * features;
        var atOnce = MemoryRule.RowsAtOnce(MemoryRule.Padded(options.Size) * features);
        return new ExpertCost(
            Operations: (options.Size * ((3d * schema.Numeric) + (2 * schema.Categorical)))
                + ((options.Near + options.Wide) * (ExpertCost.Power + 4))
                + (2 * ExpertCost.Softmax * ClassRows.Padded(classes)),
            Bytes: ExpertCost.Float * cells / atOnce,
            Roots: 0,
            Steps: 0,
            Lines: 0,
            State: ExpertCost.Float * cells);
    }

    /// <inheritdoc/>
    protected override MemoryOptions SmallOf(MemoryOptions options) => new() { Size = 16, Near = 2, Wide = 4 };

    /// <summary>It knows the last rows alone, which a copy that learns no more has little use for.</summary>
    protected override ArchiveRank ArchiveRankOf(MemoryOptions options) => ArchiveRank.Never;
}
