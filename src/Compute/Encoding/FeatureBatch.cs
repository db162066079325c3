namespace MoE.Compute.Encoding;

/// <summary>
/// The features of a batch as experts, mixers and devices read them. B rows, N numeric and M categorical features,
/// P gate features. All matrices are row-major; shared by reference between experts, so nobody changes it after the
/// encoder filled it.
/// </summary>
public sealed class FeatureBatch
{
    /// <summary>The batch's number: 1, 2, 3, ...</summary>
    public required long Number { get; init; }

    /// <summary>Number of rows, B.</summary>
    public required int Rows { get; init; }

    /// <summary>Number of numeric features, N.</summary>
    public required int Numeric { get; init; }

    /// <summary>Number of categorical features, M.</summary>
    public required int Categorical { get; init; }

    /// <summary>Running z-scores (B, N), clipped to [-4, 4]; 0 where the cell is missing.</summary>
    public required float[] Z { get; init; }

    /// <summary>Ranks (B, N) in [0, 1) among the column's recent values; NaN where the cell is missing.</summary>
    public required float[] Rank { get; init; }

    /// <summary>
    /// Category indices (B, M); -1 for one that the model has not met, in rows that are only predicted.
    /// </summary>
    public required int[] Category { get; init; }

    /// <summary>Gate features φ (B, P): 1, then z-scores times 0.5, zero-padded; P is a multiple of 16.</summary>
    public required float[] GateFeatures { get; init; }

    /// <summary>Number of gate features, P.</summary>
    public required int GateFeatureCount { get; init; }

    /// <summary>Names met up to the end of the batch, those of all categorical features together.</summary>
    public int Names { get; init; }

    /// <summary>A row's gate features φ (P).</summary>
    public ReadOnlySpan<float> GateFeaturesOf(int row) =>
        GateFeatures.AsSpan(row * GateFeatureCount, GateFeatureCount);
}
