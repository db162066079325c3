using ILGPU;
using MoE.Compute.Gpu;
using MoE.Compute.Gpu.Launches;
using MoE.Compute.Gpu.Slots;

namespace MoE.Compute.Experts.Cross.Gpu;

/// <summary>
/// Where the numbers of a hashed table lie in its slot, and what it is. Floats: an entry for every key, touched or not,
/// (2^bits, 2, S): weights, then sums of squares, so that no kernel ever gives out memory. That is 2^bits · 2 S · 4
/// bytes a slot: 8 MiB for 18 bits and up to 3 classes, 32 MiB up to 15. Whole numbers: classes; what keys consist of
/// (2, keys); of the rows ahead their bins (features + 1, rows), keys, and keys met before in the row; a mark for every
/// key, 0 between rows. Long numbers: the seed, and what keys begin with (keys).
/// </summary>
internal struct CrossLayout
{
    /// <summary>Logarithm to base 2 of the table's entries.</summary>
    public int Bits;

    /// <summary>Bins of a numeric feature.</summary>
    public int Bins;

    /// <summary>Numeric and categorical features.</summary>
    public int Numeric, Categorical;

    /// <summary>Keys that one row touches.</summary>
    public int Keys;

    /// <summary>Weights of an entry, S.</summary>
    public int Stride;

    /// <summary>Learning rate.</summary>
    public float Rate;

    /// <summary>Entries of the table.</summary>
    public readonly int Entries => 1 << Bits;

    /// <summary>Features, and one after them whose bin is always 0.</summary>
    public readonly int Columns => Numeric + Categorical + 1;

    /// <summary>Quads of the weights of an entry.</summary>
    public readonly int Quads => Stride / Float4.Floats;

    /// <summary>Keys of the rows ahead.</summary>
    public readonly int KeysAhead => TableAnswers.RowsAhead * Keys;

    /// <summary>Among the whole numbers: where bins begin.</summary>
    public readonly int BinsOfRows => 1 + (2 * Keys);

    /// <summary>Among the whole numbers: where keys begin.</summary>
    public readonly int KeysOfRows => BinsOfRows + (Columns * TableAnswers.RowsAhead);

    /// <summary>Among the whole numbers: where it says which keys were met before in their row.</summary>
    public readonly int Again => KeysOfRows + KeysAhead;

    /// <summary>Among the whole numbers: where the lists of keys met before begin; then come their lengths.</summary>
    public readonly int Doubles => Again + KeysAhead;

    /// <summary>Among the whole numbers: where marks begin.</summary>
    public readonly int Marks => Doubles + KeysAhead + TableAnswers.RowsAhead;

    /// <summary>The slot's size.</summary>
    public readonly SlotSize Size => new(Entries * 2 * Stride, Marks + Entries, 1 + Keys);

    /// <summary>Floats of a table of these options with room for so much.</summary>
    public static long FloatsOf(CrossOptions options, SlotRoom room) => (1L << options.Bits) * 2 * room.Narrow;

    /// <summary>The shape of tables of these options with room for so much.</summary>
    /// <param name="options">What the expert is.</param>
    /// <param name="numeric">Numeric features.</param>
    /// <param name="categorical">Categorical features.</param>
    /// <param name="keys">Keys that one row touches.</param>
    /// <param name="room">What slots have room for.</param>
    public static CrossLayout Of(CrossOptions options, int numeric, int categorical, int keys, SlotRoom room) =>
        new()
        {
            Bits = options.Bits,
            Bins = options.Bins,
            Numeric = numeric,
            Categorical = categorical,
            Keys = keys,
            Stride = room.Narrow,
            Rate = options.Rate,
        };
}

/// <summary>One expert's slot on the device.</summary>
internal struct CrossSlotView
{
    /// <summary>The entries.</summary>
    public TableView Table;

    /// <summary>Number of classes.</summary>
    public ArrayView<int> Classes;

    /// <summary>Which columns' bins a key consists of (keys).</summary>
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
    public static CrossSlotView Of(CrossLayout shape, LaunchView view, int slot)
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
            Bins = ints.SubView(shape.BinsOfRows, shape.Columns * TableAnswers.RowsAhead),
            Keys = ints.SubView(shape.KeysOfRows, ahead),
            Again = ints.SubView(shape.Again, ahead),
            Doubles = ints.SubView(shape.Doubles, ahead),
            Doubled = ints.SubView(shape.Doubles + ahead, TableAnswers.RowsAhead),
            Marks = ints.SubView(shape.Marks, shape.Entries),
        };
    }
}
