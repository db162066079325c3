namespace MoE.Compute.Experts.Mlp;

/// <summary>What the first layer reads.</summary>
public enum MlpInput
{
    /// <summary>z-scores, and a row of weights per category.</summary>
    Z,

    /// <summary>Two neighbouring hats of 16 per numeric feature, weighed by the rank, and a row per category.</summary>
    Hat,

    /// <summary>z-scores, hats and categories.</summary>
    Both,
}

/// <summary>How the weights follow the gradient.</summary>
public enum MlpOptimizer
{
    /// <summary>Plain steps: tracks what changed a moment ago.</summary>
    Sgd,

    /// <summary>Adam (Kingma and Ba 2015, algorithm 1), lazily per input row: steady.</summary>
    Adam,
}

/// <summary>A network of one hidden layer with a linear skip, learning row by row.</summary>
public sealed record MlpOptions
{
    /// <summary>What it reads. Default z.</summary>
    public MlpInput Input { get; init; } = MlpInput.Z;

    /// <summary>Hidden units. From 1 to 8192. Default 64.</summary>
    public int Hidden { get; init; } = 64;

    /// <summary>The optimizer. Default sgd.</summary>
    public MlpOptimizer Optimizer { get; init; } = MlpOptimizer.Sgd;

    /// <summary>Learning rate. Above 0, up to 1. Default 0.03.</summary>
    public float Rate { get; init; } = 0.03f;

    /// <summary>
    /// Rate per row at which averaged weights follow the learned ones; the average predicts. From 0 (off: the learned
    /// ones predict) to 0.05. Default 0.
    /// </summary>
    public float Average { get; init; }
}
