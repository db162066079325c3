namespace MoE.Compute.Experts.Knn;

/// <summary>What distances are measured in.</summary>
public enum KnnInput
{
    /// <summary>z-scores.</summary>
    Z,

    /// <summary>Ranks, scaled to variance 1: every column counts alike, whatever its distribution.</summary>
    Rank,
}

/// <summary>The last labelled rows, and two votes of those nearest to a row.</summary>
public sealed record KnnOptions
{
    /// <summary>What distances are measured in. Default z.</summary>
    public KnnInput Input { get; init; } = KnnInput.Z;

    /// <summary>Rows kept. From 16 to 65536. Default 1000.</summary>
    public int Size { get; init; } = 1000;

    /// <summary>Neighbours that vote in the first head. From 1 to wide. Default 8.</summary>
    public int Near { get; init; } = 8;

    /// <summary>Neighbours that vote in the second head. From near to size. Default 50.</summary>
    public int Wide { get; init; } = 50;
}

/// <summary>What distances and votes are, on every device.</summary>
internal static class KnnRule
{
    /// <summary>Slots of a ring whose values of one feature lie side by side.</summary>
    public const int Tile = 64;

    /// <summary>What a category that differs adds to a squared distance.</summary>
    public const float Mismatch = 2f;

    /// <summary>√12: a uniform rank has variance 1/12.</summary>
    public const float RankScale = 3.4641016f;

    /// <summary>The rank of a cell that is missing.</summary>
    public const float MissingRank = 0.5f;

    /// <summary>Part of an answer that is spread evenly over the classes.</summary>
    public const float Doubt = 0.02f;

    /// <summary>Rows that a processor looks for at once, at most.</summary>
    public const int MostRows = 8;

    /// <summary>Floats that stay in a processor's first cache from one row to the next.</summary>
    private const int FirstCache = 1 << 14;

    private const float Sharpness = 2f;
    private const float UsualRate = 0.02f;

    /// <summary><paramref name="size"/> rounded up to whole tiles.</summary>
    public static int Padded(int size) => (size + Tile - 1) / Tile * Tile;

    /// <summary>
    /// Rows that a processor looks for at once: several where a ring of so many floats would be fetched from a farther
    /// cache for each of them.
    /// </summary>
    public static int RowsAtOnce(int floats) => floats > FirstCache ? MostRows : 1;

    /// <summary>What distances are multiplied by, where the farthest neighbour's is <paramref name="most"/>.</summary>
    public static float Scale(float most) => -Sharpness / (most + 1e-6f);

    /// <summary>The usual distance of the last neighbour after one more row.</summary>
    public static float Usual(float usual, float farthest) =>
        usual <= 0f ? farthest : usual + (UsualRate * (farthest - usual));
}
