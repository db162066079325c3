using ILGPU;
using MoE.Compute.Gpu;
using MoE.Compute.Gpu.Launches;
using MoE.Compute.Gpu.Slots;

namespace MoE.Compute.Experts.Fern.Gpu;

/// <summary>
/// Where the numbers of ferns lie in their slot, and what they are. Floats: leaves (count, 2^depth, S), each V and then
/// its weights, and the tests' thresholds (depth, count). Whole numbers: classes, the tests' features (depth, count),
/// and the leaves of the rows ahead (rows, count). Long numbers: the seed, and the tests' hashes (depth, count).
/// </summary>
internal struct FernLayout
{
    /// <summary>Which float of a leaf is the weight of class 0, after V.</summary>
    public const int First = 1;

    /// <summary>Ferns, and tests of each.</summary>
    public int Count, Depth;

    /// <summary>Numeric and categorical features.</summary>
    public int Numeric, Categorical;

    /// <summary>Floats of a leaf, S.</summary>
    public int Stride;

    /// <summary>Learning rate.</summary>
    public float Rate;

    /// <summary>Leaves of all ferns.</summary>
    public readonly int Leaves => Count << Depth;

    /// <summary>Tests of all ferns.</summary>
    public readonly int Tests => Count * Depth;

    /// <summary>Quads of a leaf.</summary>
    public readonly int Quads => Stride / Float4.Floats;

    /// <summary>Among the floats: where thresholds begin.</summary>
    public readonly int Thresholds => Leaves * Stride;

    /// <summary>Among the whole numbers: where the leaves of the rows ahead begin.</summary>
    public readonly int Places => 1 + Tests;

    /// <summary>The slot's size.</summary>
    public readonly SlotSize Size => TableSize.Whole(
        Thresholds + Tests, Places + (TableAnswers.RowsAhead * Count), 1 + Tests);

    /// <summary>Floats of ferns of these options with room for so much.</summary>
    public static long FloatsOf(FernOptions options, SlotRoom room)
    {
        var floats = (((long)options.Count << options.Depth) * room.Narrow) + (options.Count * options.Depth);
        return (floats + Float4.Floats - 1) / Float4.Floats * Float4.Floats;
    }

    /// <summary>The shape of ferns of these options with room for so much.</summary>
    public static FernLayout Of(FernOptions options, int numeric, int categorical, SlotRoom room) => new()
    {
        Count = options.Count,
        Depth = options.Depth,
        Numeric = numeric,
        Categorical = categorical,
        Stride = room.Narrow,
        Rate = options.Rate,
    };
}

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
    public static FernSlotView Of(FernLayout shape, LaunchView view, int slot)
    {
        var size = shape.Size;
        var floats = view.Floats.SubView((long)slot * size.Floats, size.Floats);
        var ints = view.Ints.SubView((long)slot * size.Ints, size.Ints);
        var longs = view.Longs.SubView((long)slot * size.Longs, size.Longs);
        return new FernSlotView
        {
            Leaves = TableView.Of(floats, shape.Leaves, shape.Quads, FernLayout.First),
            LeafFloats = floats.SubView(0, shape.Thresholds),
            Thresholds = floats.SubView(shape.Thresholds, shape.Tests),
            Classes = ints.SubView(0, 1),
            Features = ints.SubView(1, shape.Tests),
            Places = ints.SubView(shape.Places, TableAnswers.RowsAhead * shape.Count),
            Hashes = longs.SubView(1, shape.Tests),
        };
    }

    /// <summary>The leaves of the i-th row of a step.</summary>
    public readonly ArrayView<int> PlacesOf(FernLayout shape, int i) =>
        Places.SubView(i % TableAnswers.RowsAhead * shape.Count, shape.Count);
}

/// <summary>What the threads of a group share about the row they are at.</summary>
internal struct FernShared
{
    /// <summary>What every table shares.</summary>
    public TableShared Table;

    /// <summary>The next V of every fern's leaf, and -rate / √(V + ridge).</summary>
    public ArrayView<float> Square, Scale;

    /// <summary>Floats beside those of every table.</summary>
    public static int Floats(FernLayout shape) => 2 * shape.Count;

    /// <summary>Divides the group's memory; every thread of the group must call it.</summary>
    public static FernShared Of(FernLayout shape)
    {
        var table = TableShared.Of(shape.Quads, FernLayout.First, Floats(shape));
        return new FernShared
        {
            Table = table,
            Square = table.Rest.SubView(0, shape.Count),
            Scale = table.Rest.SubView(shape.Count, shape.Count),
        };
    }
}
