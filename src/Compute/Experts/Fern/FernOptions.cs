namespace MoE.Compute.Experts.Fern;

/// <summary>Random ferns whose leaves are learned together, by the gradient of one softmax.</summary>
public sealed record FernOptions
{
    /// <summary>Number of ferns. From 1 to 1024. Default 128.</summary>
    public int Count { get; init; } = 128;

    /// <summary>Tests of a fern; it has 2^depth leaves. From 1 to 14. Default 5.</summary>
    public int Depth { get; init; } = 5;

    /// <summary>Learning rate. Above 0, up to 1. Default 0.1.</summary>
    public float Rate { get; init; } = 0.1f;
}

/// <summary>How the leaves of ferns learn: V = Forget · V + |g|², W -= rate · g / √(V + Ridge).</summary>
internal static class FernRule
{
    /// <summary>What is left of V after each row that falls into the leaf.</summary>
    public const float Forget = 0.999f;

    /// <summary>What keeps a leaf's first steps small.</summary>
    public const float Ridge = 0.1f;
}
