namespace MoE.Compute.Drift;

/// <summary>What a detector says of the mean of the values it was given.</summary>
public enum Change
{
    /// <summary>Nothing speaks against its being what it was.</summary>
    None,

    /// <summary>It has risen: of a loss, the predictions have become worse.</summary>
    Up,

    /// <summary>It has fallen: of a loss, the predictions have become better.</summary>
    Down,
}
