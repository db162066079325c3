namespace MoE.Compute.Growth;

/// <summary>Each two of n things by one number: (1, 0), (2, 0), (2, 1), (3, 0), ...</summary>
internal static class Triangular
{
    /// <summary>How many pairs n things make.</summary>
    public static int Count(int n) => n * (n - 1) / 2;

    /// <summary>The number of the pair of two different things.</summary>
    public static int Of(int a, int b) => a > b ? Count(a) + b : Count(b) + a;
}
