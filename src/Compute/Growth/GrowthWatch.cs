namespace MoE.Compute.Growth;

/// <summary>Whose predictions are watched for having become worse.</summary>
public enum GrowthWatch
{
    /// <summary>The mixture's.</summary>
    Mixture,

    /// <summary>The mixture's, and those of each shared network that learns.</summary>
    Experts,
}
