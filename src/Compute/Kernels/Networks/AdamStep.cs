using ILGPU;
using ILGPU.Algorithms;
using MoE.Compute.Experts.Mlp;

namespace MoE.Compute.Kernels.Networks;

/// <summary>One step of Adam of one weight, as <see cref="Adam"/>.</summary>
internal static class AdamStep
{
    /// <summary>Follows the gradient g; the weight has taken so many steps, this one included.</summary>
    public static void Take(
        ArrayView<float> corrections, ArrayView<float> weights, ArrayView<float> means, ArrayView<float> squares,
        int place, int steps, float rate, float g)
    {
        var age = IntrinsicMath.Min(steps, MlpLearningRule.Settled);
        var mean = (MlpLearningRule.Beta1 * means[place]) + ((1f - MlpLearningRule.Beta1) * g);
        var square = (MlpLearningRule.Beta2 * squares[place]) + ((1f - MlpLearningRule.Beta2) * g * g);
        means[place] = mean;
        squares[place] = square;
        var root = XMath.Sqrt(square * corrections[(2 * age) + 1]) + MlpLearningRule.Epsilon;
        weights[place] -= rate * corrections[2 * age] * mean / root;
    }
}
