namespace MoE.Compute.Growth;

/// <summary>What says that predictions have become worse.</summary>
public enum GrowthDetector
{
    /// <summary>ADWIN, which watches how many of them are wrong.</summary>
    Adwin,

    /// <summary>The Page-Hinkley test, which watches their log loss.</summary>
    PageHinkley,

    /// <summary>Either of the two.</summary>
    Both,
}
