namespace MoE.Compute.Growth;

/// <summary>What becomes of what <see cref="GrowthPolicy"/> decides.</summary>
public enum GrowthMode
{
    /// <summary>It is carried out.</summary>
    On,

    /// <summary>It is told, and not carried out.</summary>
    Suggest,

    /// <summary>Nothing is decided.</summary>
    Off,
}
