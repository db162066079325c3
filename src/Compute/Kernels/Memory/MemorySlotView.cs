using ILGPU;
using MoE.Compute.Kernels.Launches;

namespace MoE.Compute.Kernels.Memory;

/// <summary>One memory's slot on the device.</summary>
internal struct MemorySlotView
{
    /// <summary>The ring: (tiles, features, 64 slots).</summary>
    public ArrayView<float> Values;

    /// <summary>Class by slot.</summary>
    public ArrayView<int> Labels;

    /// <summary>The slot written next, and the slots in use.</summary>
    public ArrayView<int> Counts;

    /// <summary>The usual distance of the last neighbour.</summary>
    public ArrayView<float> Usual;

    /// <summary>Room to search, where the group's memory has too little.</summary>
    public ArrayView<float> Search;

    /// <summary>The memory of a step.</summary>
    public static MemorySlotView Of(MemoryShape shape, WalkView view, int slot)
    {
        var size = shape.SlotSize;
        var floats = view.Floats.SubView((long)slot * size.Floats, size.Floats);
        var ints = view.Ints.SubView((long)slot * size.Ints, size.Ints);
        return new MemorySlotView
        {
            Values = floats.SubView(0, shape.Values),
            Search = floats.SubView(shape.Values, shape.Usual - shape.Values),
            Usual = floats.SubView(shape.Usual, 1),
            Counts = ints.SubView(0, MemoryShape.Labels),
            Labels = ints.SubView(MemoryShape.Labels, shape.Size),
        };
    }
}
