using ILGPU;
using MoE.Compute.Kernels.Launches;

namespace MoE.Compute.Kernels.Deep;

/// <summary>One network's slot on the device.</summary>
internal struct DeepSlotView
{
    /// <summary>The weights.</summary>
    public ArrayView<float> Weights;

    /// <summary>Adam's first and second moments, laid out as the weights.</summary>
    public ArrayView<float> Mean, Square;

    /// <summary>Weights (M, T) of the inputs that wait.</summary>
    public ArrayView<float> WaitingWeights;

    /// <summary>The whole numbers.</summary>
    public ArrayView<int> Ints;

    /// <summary>Where first weights are drawn from.</summary>
    public ulong Seed;

    /// <summary>The network in a slot.</summary>
    public static DeepSlotView Of(DeepShape shape, WalkView view, int slot)
    {
        var size = shape.Size;
        var floats = view.Floats.SubView((long)slot * size.Floats, size.Floats);
        return new DeepSlotView
        {
            Weights = floats.SubView(0, shape.Block),
            Mean = floats.SubView(shape.Adam * shape.Block, shape.Block),
            Square = floats.SubView(2 * shape.Adam * shape.Block, shape.Block),
            WaitingWeights = floats.SubView(shape.WaitingWeights, shape.Minibatch * shape.Touched),
            Ints = view.Ints.SubView((long)slot * size.Ints, size.Ints),
            Seed = (ulong)view.Longs[(long)slot * size.Longs],
        };
    }
}
