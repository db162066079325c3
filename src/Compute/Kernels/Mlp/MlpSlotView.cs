using ILGPU;
using MoE.Compute.Kernels.Launches;

namespace MoE.Compute.Kernels.Mlp;

/// <summary>One network's slot on the device.</summary>
internal struct MlpSlotView
{
    /// <summary>The learned weights, and those that predict: the averaged ones where there are.</summary>
    public ArrayView<float> Weights, Predicting;

    /// <summary>Adam's first and second moments, laid out as the weights.</summary>
    public ArrayView<float> Mean, Square;

    /// <summary>The whole numbers and the long ones.</summary>
    public ArrayView<int> Ints;

    /// <summary>The long numbers.</summary>
    public ArrayView<long> Longs;

    /// <summary>The network of a step.</summary>
    public static MlpSlotView Of(MlpShape shape, WalkView view, int slot)
    {
        var size = shape.Size;
        var floats = view.Floats.SubView((long)slot * size.Floats, size.Floats);
        return new MlpSlotView
        {
            Weights = floats.SubView(0, shape.Block),
            Predicting = floats.SubView(shape.Average > 0f ? shape.Averages : 0, shape.Block),
            Mean = floats.SubView(shape.Adam * shape.Block, shape.Block),
            Square = floats.SubView(2 * shape.Adam * shape.Block, shape.Block),
            Ints = view.Ints.SubView((long)slot * size.Ints, size.Ints),
            Longs = view.Longs.SubView((long)slot * size.Longs, size.Longs),
        };
    }
}
