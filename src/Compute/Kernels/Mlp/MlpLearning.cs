using ILGPU;
using MoE.Compute.Experts.Mlp;
using MoE.Compute.Kernels.Networks;

namespace MoE.Compute.Kernels.Mlp;

/// <summary>One step down the gradient of the cross-entropy, by plain steps or by Adam.</summary>
internal static class MlpLearning
{
    /// <summary>Learns the row that was read, whose activations and probabilities are there.</summary>
    public static void Step(
        MlpShape shape, ArrayView<float> corrections, MlpSlotView slot, MlpShared shared, int classes, int y)
    {
        if (shape.Adam == 1)
            CountSteps(shape, slot, shared, classes);
        var rate = shape.Adam == 1 ? 0f : InputRate(shape, shared);
        for (var k = Group.IdxX; k < shape.Stride; k += Group.DimX)
        {
            var delta = k < shape.Hidden
                ? Outputs(shape, corrections, slot, shared, classes, y, k)
                : Gradient(shared, classes, y, k - shape.Hidden);
            if (shape.Adam == 1)
                InputsByAdam(shape, corrections, slot, shared, k, delta);
            else
                Inputs(shape, slot, shared, k, rate, delta);
        }
    }

    /// <summary>The rate of a plain step of the inputs: 2 / ‖v‖² at most.</summary>
    private static float InputRate(MlpShape shape, MlpShared shared)
    {
        var norm = 0f;
        for (var j = 0; j < shape.Touched; j++)
            norm += shared.Index[j] >= 0 ? shared.Weight[j] * shared.Weight[j] : 0f;
        return IntrinsicMath.Min(shape.Rate, MlpLearningRule.MostGain / IntrinsicMath.Max(norm, 1e-6f));
    }

    private static float Gradient(MlpShared shared, int classes, int y, int c) =>
        c >= classes ? 0f : c == y ? shared.Probabilities[c] - 1f : shared.Probabilities[c];

    /// <summary>Learns the weights from hidden unit k to the classes; gives the gradient of the unit's sum.</summary>
    private static float Outputs(
        MlpShape shape, ArrayView<float> corrections, MlpSlotView slot, MlpShared shared, int classes, int y, int k)
    {
        var (sum, h) = (0f, shared.Activation[k]);
        for (var c = 0; c < classes; c++)
        {
            var (g, place) = (Gradient(shared, classes, y, c), shape.Outputs + (c * shape.Hidden) + k);
            sum += g * slot.Weights[place];
            if (shape.Adam == 1)
                Adam(shape, corrections, slot, place, slot.Ints[shape.Steps + shape.RowRoom + 1 + c], g * h);
            else
                slot.Weights[place] -= shape.Rate * g * h;
        }
        return h > 0f ? sum : 0f;
    }

    private static void Inputs(MlpShape shape, MlpSlotView slot, MlpShared shared, int k, float rate, float delta)
    {
        slot.Weights[shape.Bias + k] -= shape.Rate * delta;
        for (var j = 0; j < shape.Touched; j++)
            if (shared.Index[j] >= 0)
                slot.Weights[(shared.Index[j] * shape.Stride) + k] -= rate * shared.Weight[j] * delta;
    }

    private static void InputsByAdam(
        MlpShape shape, ArrayView<float> corrections, MlpSlotView slot, MlpShared shared, int k, float delta)
    {
        Adam(shape, corrections, slot, shape.Bias + k, slot.Ints[shape.Steps + shape.RowRoom], delta);
        for (var j = 0; j < shape.Touched; j++)
            if (shared.Index[j] >= 0)
                Adam(shape, corrections, slot, (shared.Index[j] * shape.Stride) + k,
                    slot.Ints[shape.Steps + shared.Index[j]], shared.Weight[j] * delta);
    }

    private static void Adam(
        MlpShape shape, ArrayView<float> corrections, MlpSlotView slot, int place, int steps, float g) =>
        AdamStep.Take(corrections, slot.Weights, slot.Mean, slot.Square, place, steps, shape.Rate, g);

    private static void CountSteps(MlpShape shape, MlpSlotView slot, MlpShared shared, int classes)
    {
        for (var j = Group.IdxX; j < shape.Touched; j += Group.DimX)
            if (shared.Index[j] >= 0)
                Count(slot, shape.Steps + shared.Index[j]);
        for (var c = Group.IdxX; c < 1 + classes; c += Group.DimX)
            Count(slot, shape.Steps + shape.RowRoom + c);
        MemoryFence.GroupLevel();
        Group.Barrier();
    }

    private static void Count(MlpSlotView slot, int place)
    {
        if (slot.Ints[place] < int.MaxValue)
            slot.Ints[place]++;
    }
}
