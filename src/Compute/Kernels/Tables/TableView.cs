using ILGPU;
using ILGPU.Runtime;

namespace MoE.Compute.Kernels.Tables;

/// <summary>A table on the device, (rows, 4 · Quads) floats, of which every row has a weight of each class.</summary>
internal struct TableView
{
    /// <summary>The rows, one behind the other.</summary>
    public ArrayView<Quad> Rows;

    /// <summary>Quads of a row.</summary>
    public int Quads;

    /// <summary>Which float of a row is the weight of class 0.</summary>
    public int First;

    /// <summary>A table that begins a slot, whose rows are whole quads.</summary>
    /// <remarks>Only of memory that it knows to be aligned does the compiler read a quad by one instruction.</remarks>
    public static TableView Of(ArrayView<float> slot, int rows, int quads, int first) => new()
    {
        Rows = slot.SubView(0, (long)rows * quads * Quad.Floats).AsAligned(16).Cast<Quad>(),
        Quads = quads,
        First = first,
    };

    /// <summary>Quads of a row that the weights of the first classes reach into.</summary>
    public readonly int Lanes(int classes) => Quad.Count(First + classes);
}
