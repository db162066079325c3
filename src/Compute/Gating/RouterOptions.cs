using static System.FormattableString;

namespace MoE.Compute.Gating;

/// <summary>What the router's scores learn, and what keeps its experts' load even.</summary>
public enum RouterKind
{
    /// <summary>Which of the chosen experts explains a row best; a bias on the choice keeps the load even.</summary>
    Linear,

    /// <summary>The same; a loss on the scores keeps the load even, as in Switch transformers.</summary>
    Switch,

    /// <summary>Whether each of the chosen experts is right on a row; a bias keeps the load even.</summary>
    Competence,

    /// <summary>The same as linear, and every routed expert sees every row.</summary>
    Dense,
}

/// <summary>How the router chooses among the routed experts and keeps their load even.</summary>
public sealed record RouterOptions
{
    /// <summary>What the scores learn, and what keeps the load even. Default <see cref="RouterKind.Linear"/>.</summary>
    public RouterKind Kind { get; init; }

    /// <summary>
    /// Routed experts asked per row, the k of top-k; all of them if there are fewer. 1 or more. Default 4.
    /// </summary>
    public int TopK { get; init; } = 4;

    /// <summary>
    /// Step of the balance bias per row, in logits, of a router that has one. From 0 (off) to 0.1. Default 0.0003.
    /// </summary>
    public float BiasRate { get; init; } = 0.0003f;

    /// <summary>Learning rate of the router's scores. Above 0, up to 1. Default 0.05.</summary>
    public float Rate { get; init; } = 0.05f;

    /// <summary>
    /// Weight of the loss on uneven load, of <see cref="RouterKind.Switch"/>. From 0 (off) to 1. Default 0.01.
    /// </summary>
    public float Auxiliary { get; init; } = 0.01f;

    /// <summary>
    /// Rows of a batch that an expert takes at most, in even parts; the next best expert takes what is over. 0 (no
    /// limit), or from 1 to 100. Default 0.
    /// </summary>
    public float Capacity { get; init; }

    internal static bool IsAuxiliary(float value) => value is >= 0f and <= 1f;

    internal static bool IsCapacity(float value) => value is 0f or (>= 1f and <= 100f);

    internal void Check(List<string> problems)
    {
        if (!Enum.IsDefined(Kind))
            problems.Add(Invariant($"moe.router.kind is {Kind}; it must be linear, switch, competence or dense."));
        if (TopK < 1)
            problems.Add(Invariant($"moe.router.top-k is {TopK}; it must be 1 or more."));
        if (BiasRate is not (>= 0f and <= 0.1f))
            problems.Add(Invariant($"moe.router.bias-rate is {BiasRate}; it must lie in [0, 0.1]."));
        if (Rate is not (> 0f and <= 1f))
            problems.Add(Invariant($"moe.router.rate is {Rate}; it must lie above 0 and up to 1."));
        if (!IsAuxiliary(Auxiliary))
            problems.Add(Invariant($"moe.router.auxiliary is {Auxiliary}; it must lie in [0, 1]."));
        if (!IsCapacity(Capacity))
            problems.Add(Invariant($"moe.router.capacity is {Capacity}; it must be 0 or lie in [1, 100]."));
    }
}
