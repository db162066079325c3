using ILGPU;

namespace MoE.Compute.Kernels.Deep;

/// <summary>Room for what the steps of a launch compute between its kernels, step by step.</summary>
internal struct DeepScratch
{
    /// <summary>Floats.</summary>
    public ArrayView<float> Floats;

    /// <summary>Whole numbers.</summary>
    public ArrayView<int> Ints;

    /// <summary>Floats of one step: activations and deltas of three layers, inputs' weights, sums of squares.</summary>
    public static int FloatsOf(DeepShape shape) =>
        (shape.Minibatch * ((2 * (shape.Hidden1 + shape.Hidden2 + shape.ClassRoom)) + shape.Touched)) + 4;

    /// <summary>Whole numbers of one step: inputs, targets, classes known before each row.</summary>
    public static int IntsOf(DeepShape shape) => shape.Minibatch * (shape.Touched + 2);

    /// <summary>The room of a step.</summary>
    public readonly DeepRows Of(DeepShape shape, int step)
    {
        var (m, outputs) = (shape.Minibatch, shape.Hidden1 + shape.Hidden2 + shape.ClassRoom);
        var floats = Floats.SubView((long)step * FloatsOf(shape), FloatsOf(shape));
        var ints = Ints.SubView((long)step * IntsOf(shape), IntsOf(shape));
        return new DeepRows
        {
            Activations = floats.SubView(0, m * outputs),
            Deltas = floats.SubView(m * outputs, m * outputs),
            Weight = floats.SubView(2 * m * outputs, m * shape.Touched),
            Norms = floats.SubView(m * ((2 * outputs) + shape.Touched), 4),
            Index = ints.SubView(0, m * shape.Touched),
            Targets = ints.SubView(m * shape.Touched, m),
            Classes = ints.SubView(m * (shape.Touched + 1), m),
        };
    }
}
