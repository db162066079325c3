using ILGPU;
using MoE.Compute.Kernels.Launches;
using MoE.Compute.Kernels.Tables;

namespace MoE.Compute.Kernels.Fern;

/// <summary>One expert's slot on the device.</summary>
internal struct FernSlotView
{
    /// <summary>The leaves.</summary>
    public TableView Leaves;

    /// <summary>The same as floats.</summary>
    public ArrayView<float> LeafFloats;

    /// <summary>Thresholds of the tests (depth, count).</summary>
    public ArrayView<float> Thresholds;

    /// <summary>Number of classes.</summary>
    public ArrayView<int> Classes;

    /// <summary>Features of the tests (depth, count).</summary>
    public ArrayView<int> Features;

    /// <summary>Leaves of the rows ahead (rows, count).</summary>
    public ArrayView<int> Places;

    /// <summary>Hashes of the tests (depth, count).</summary>
    public ArrayView<long> Hashes;

    /// <summary>The expert of a step.</summary>
    public static FernSlotView Of(FernShape shape, WalkView view, int slot)
    {
        var size = shape.Size;
        var floats = view.Floats.SubView((long)slot * size.Floats, size.Floats);
        var ints = view.Ints.SubView((long)slot * size.Ints, size.Ints);
        var longs = view.Longs.SubView((long)slot * size.Longs, size.Longs);
        return new FernSlotView
        {
            Leaves = TableView.Of(floats, shape.Leaves, shape.Quads, FernShape.First),
            LeafFloats = floats.SubView(0, shape.Thresholds),
            Thresholds = floats.SubView(shape.Thresholds, shape.Tests),
            Classes = ints.SubView(0, 1),
            Features = ints.SubView(1, shape.Tests),
            Places = ints.SubView(shape.Places, TableWalk.RowsAhead * shape.Count),
            Hashes = longs.SubView(1, shape.Tests),
        };
    }

    /// <summary>The leaves of the i-th row of a step.</summary>
    public readonly ArrayView<int> PlacesOf(FernShape shape, int i) =>
        Places.SubView(i % TableWalk.RowsAhead * shape.Count, shape.Count);
}
