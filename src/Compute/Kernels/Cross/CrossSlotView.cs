using ILGPU;
using MoE.Compute.Kernels.Launches;
using MoE.Compute.Kernels.Tables;

namespace MoE.Compute.Kernels.Cross;

/// <summary>One expert's slot on the device.</summary>
internal struct CrossSlotView
{
    /// <summary>The entries.</summary>
    public TableView Table;

    /// <summary>Number of classes.</summary>
    public ArrayView<int> Classes;

    /// <summary>Which columns' bins a key is made of (keys).</summary>
    public ArrayView<int> First, Second;

    /// <summary>What a key begins with (keys).</summary>
    public ArrayView<long> Bases;

    /// <summary>Bins of the rows ahead (columns, rows).</summary>
    public ArrayView<int> Bins;

    /// <summary>Keys of the rows ahead (rows, keys), and 1 where the row has the same key elsewhere.</summary>
    public ArrayView<int> Keys, Again;

    /// <summary>Per row ahead, a list of the keys met again, and its length.</summary>
    public ArrayView<int> Doubles, Doubled;

    /// <summary>Per key, the rows ahead that it was met in, a bit each.</summary>
    public ArrayView<int> Marks;

    /// <summary>The expert of a step.</summary>
    public static CrossSlotView Of(CrossShape shape, WalkView view, int slot)
    {
        var (size, ahead) = (shape.Size, shape.KeysAhead);
        var ints = view.Ints.SubView((long)slot * size.Ints, size.Ints);
        return new CrossSlotView
        {
            Table = TableView.Of(view.Floats.SubView((long)slot * size.Floats, size.Floats),
                shape.Entries, 2 * shape.Quads, 0),
            Classes = ints.SubView(0, 1),
            First = ints.SubView(1, shape.Keys),
            Second = ints.SubView(1 + shape.Keys, shape.Keys),
            Bases = view.Longs.SubView(((long)slot * size.Longs) + 1, shape.Keys),
            Bins = ints.SubView(shape.BinsOfRows, shape.Columns * TableWalk.RowsAhead),
            Keys = ints.SubView(shape.KeysOfRows, ahead),
            Again = ints.SubView(shape.Again, ahead),
            Doubles = ints.SubView(shape.Doubles, ahead),
            Doubled = ints.SubView(shape.Doubles + ahead, TableWalk.RowsAhead),
            Marks = ints.SubView(shape.Marks, shape.Entries),
        };
    }
}
