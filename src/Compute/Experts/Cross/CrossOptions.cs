namespace MoE.Compute.Experts.Cross;

/// <summary>A linear model over bins of features and of pairs of features, in one hashed table.</summary>
public sealed record CrossOptions
{
    /// <summary>Logarithm to base 2 of the table's rows. From 8 to 22. Default 18.</summary>
    public int Bits { get; init; } = 18;

    /// <summary>Learning rate. Above 0, up to 1. Default 0.05.</summary>
    public float Rate { get; init; } = 0.05f;

    /// <summary>
    /// Pairs of features at most; chosen at random where there are more. From 0 to 4096. Default 300.
    /// </summary>
    public int Pairs { get; init; } = 300;

    /// <summary>Bins per numeric feature, equal in rank. From 2 to 64. Default 16.</summary>
    public int Bins { get; init; } = 16;
}
