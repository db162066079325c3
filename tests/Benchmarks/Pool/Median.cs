namespace MoE.Benchmarks.Pool;

/// <summary>Places in an ordered series of measurements.</summary>
internal static class Median
{
    /// <summary>The value in the middle.</summary>
    public static double Of(IEnumerable<double> values) => Quantile(values, 0.5);

    /// <summary>The value below which that share of all lies.</summary>
    public static double Quantile(IEnumerable<double> values, double share)
    {
        double[] ordered = [.. values.Order()];
        return ordered.Length == 0 ? double.NaN : ordered[Math.Min(ordered.Length - 1, (int)(share * ordered.Length))];
    }
}
