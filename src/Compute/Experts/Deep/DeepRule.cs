using MoE.Compute.Experts.Mlp;

namespace MoE.Compute.Experts.Deep;

/// <summary>How far a step goes that learns M rows at once.</summary>
internal static class DeepRule
{
    /// <summary>Streams of the random numbers that first weights are made of.</summary>
    public const int FirstLayer = 0, FirstBias = 1, SecondLayer = 2, Outputs = 3;

    /// <summary>
    /// What the summed gradient is multiplied by: 1 / M for Adam, which makes it the mean, and 1 / √M for plain steps,
    /// which lies between one step of M rows and M steps of one.
    /// </summary>
    public static float ScaleOf(DeepOptions options) => options.Optimizer == MlpOptimizer.Adam
        ? 1f / options.Minibatch
        : 1f / MathF.Sqrt(options.Minibatch);

    /// <summary>
    /// The rate of a layer's plain step: by the bound it moves what the layer gives for none of its inputs by more than
    /// <see cref="MlpLearningRule.MostGain"/> times the error, as for one row in a network of one hidden layer.
    /// </summary>
    /// <param name="options">The rate that was asked for, and M.</param>
    /// <param name="squaredNorm">Σ over the rows of ‖input‖².</param>
    public static float RateOf(DeepOptions options, float squaredNorm) => Math.Min(
        options.Rate, MlpLearningRule.MostGain * MathF.Sqrt(options.Minibatch) / (squaredNorm + options.Minibatch));
}
