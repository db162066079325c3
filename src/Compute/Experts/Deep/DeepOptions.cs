using MoE.Compute.Experts.Mlp;

namespace MoE.Compute.Experts.Deep;

/// <summary>A network of two hidden layers that learns some rows at once: the slow lane.</summary>
public sealed record DeepOptions
{
    /// <summary>What it reads. Default both.</summary>
    public MlpInput Input { get; init; } = MlpInput.Both;

    /// <summary>Units of the first hidden layer, H₁. From 1 to 1024. Default 256.</summary>
    public int Hidden { get; init; } = 256;

    /// <summary>Units of the second hidden layer, H₂. From 1 to 1024. Default 256.</summary>
    public int Second { get; init; } = 256;

    /// <summary>The optimizer. Default adam.</summary>
    public MlpOptimizer Optimizer { get; init; } = MlpOptimizer.Adam;

    /// <summary>Learning rate. Above 0, up to 1. Default 0.001.</summary>
    public float Rate { get; init; } = 0.001f;

    /// <summary>
    /// Rows that one step learns from, M: fewer follow a stream that changes sooner, more cost less. From 1 to 256.
    /// Default 8.
    /// </summary>
    public int Minibatch { get; init; } = 8;
}
