using MoE.Compute.Experts.Fern;
using MoE.Compute.Kernels.Slots;
using MoE.Compute.Kernels.Tables;

namespace MoE.Compute.Kernels.Fern;

/// <summary>
/// Where the numbers of ferns lie in their slot, and what they are. Floats: leaves (count, 2^depth, S), each V and then
/// its weights, and the tests' thresholds (depth, count). Whole numbers: classes, the tests' features (depth, count),
/// and the leaves of the rows ahead (rows, count). Long numbers: the seed, and the tests' hashes (depth, count).
/// </summary>
internal struct FernShape
{
    /// <summary>Which float of a leaf is the weight of class 0, behind V.</summary>
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
    public readonly int Quads => Stride / Quad.Floats;

    /// <summary>Among the floats: where thresholds begin.</summary>
    public readonly int Thresholds => Leaves * Stride;

    /// <summary>Among the whole numbers: where the leaves of the rows ahead begin.</summary>
    public readonly int Places => 1 + Tests;

    /// <summary>The slot's size.</summary>
    public readonly SlotSize Size => TableSize.Whole(
        Thresholds + Tests, Places + (TableWalk.RowsAhead * Count), 1 + Tests);

    /// <summary>Floats of ferns of these options with room for so much.</summary>
    public static long FloatsOf(FernOptions options, SlotRoom room)
    {
        var floats = (((long)options.Count << options.Depth) * room.Narrow) + (options.Count * options.Depth);
        return (floats + Quad.Floats - 1) / Quad.Floats * Quad.Floats;
    }

    /// <summary>The shape of ferns of these options with room for so much.</summary>
    public static FernShape Of(FernOptions options, int numeric, int categorical, SlotRoom room) => new()
    {
        Count = options.Count,
        Depth = options.Depth,
        Numeric = numeric,
        Categorical = categorical,
        Stride = room.Narrow,
        Rate = options.Rate,
    };
}
