namespace MoE.Compute.Experts.Fern;

/// <summary>How the leaves of ferns learn: V = Forget · V + |g|², W -= rate · g / √(V + Ridge).</summary>
internal static class FernRule
{
    /// <summary>What is left of V after each row that falls into the leaf.</summary>
    public const float Forget = 0.999f;

    /// <summary>What keeps a leaf's first steps small.</summary>
    public const float Ridge = 0.1f;
}
