using ILGPU;

namespace MoE.Compute.Kernels.Deep;

/// <summary>The M rows of one step of a launch.</summary>
internal struct DeepRows
{
    /// <summary>What the layers give, (M, outputs) layer behind layer: two hidden layers and logits.</summary>
    public ArrayView<float> Activations;

    /// <summary>The gradients of the same.</summary>
    public ArrayView<float> Deltas;

    /// <summary>Weights (M, T) of the inputs that are touched.</summary>
    public ArrayView<float> Weight;

    /// <summary>Σ ‖input‖² of every layer, at its number.</summary>
    public ArrayView<float> Norms;

    /// <summary>Inputs (M, T) that are touched; -1 for none.</summary>
    public ArrayView<int> Index;

    /// <summary>Classes (M), and classes known before each row (M).</summary>
    public ArrayView<int> Targets, Classes;

    /// <summary>Where a layer's numbers begin in the activations and in the deltas.</summary>
    public static int Layer(DeepShape shape, int layer) => shape.Minibatch
        * (layer == 1 ? 0 : layer == 2 ? shape.Hidden1 : shape.Hidden1 + shape.Hidden2);
}
