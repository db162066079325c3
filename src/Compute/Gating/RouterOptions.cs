using static System.FormattableString;

namespace MoE.Compute.Gating;

/// <summary>How the router chooses among the routed experts and keeps their load even.</summary>
public sealed record RouterOptions
{
    /// <summary>
    /// Routed experts asked per row, the k of top-k; all of them where there are fewer. 1 or more. Default 4.
    /// </summary>
    public int TopK { get; init; } = 4;

    /// <summary>Step of the balance bias per row, in logits. From 0 (off) to 0.1. Default 0.0003.</summary>
    public float BiasRate { get; init; } = 0.0003f;

    /// <summary>Learning rate of the router's scores. Above 0, up to 1. Default 0.05.</summary>
    public float Rate { get; init; } = 0.05f;

    internal void Check(List<string> problems)
    {
        if (TopK < 1)
            problems.Add(Invariant($"moe.router.top-k is {TopK}; it must be 1 or more."));
        if (BiasRate is not (>= 0f and <= 0.1f))
            problems.Add(Invariant($"moe.router.bias-rate is {BiasRate}; it must lie in [0, 0.1]."));
        if (Rate is not (> 0f and <= 1f))
            problems.Add(Invariant($"moe.router.rate is {Rate}; it must lie above 0 and up to 1."));
    }
}
