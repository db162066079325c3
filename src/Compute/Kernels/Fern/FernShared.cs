using ILGPU;
using MoE.Compute.Kernels.Tables;

namespace MoE.Compute.Kernels.Fern;

/// <summary>What the threads of a group share about the row they are at.</summary>
internal struct FernShared
{
    /// <summary>What every table shares.</summary>
    public TableShared Table;

    /// <summary>The next V of every fern's leaf, and -rate / √(V + ridge).</summary>
    public ArrayView<float> Square, Scale;

    /// <summary>Floats beside those of every table.</summary>
    public static int Floats(FernShape shape) => 2 * shape.Count;

    /// <summary>Divides the group's memory; every thread of the group must call it.</summary>
    public static FernShared Of(FernShape shape)
    {
        var table = TableShared.Of(shape.Quads, FernShape.First, Floats(shape));
        return new FernShared
        {
            Table = table,
            Square = table.Rest.SubView(0, shape.Count),
            Scale = table.Rest.SubView(shape.Count, shape.Count),
        };
    }
}
