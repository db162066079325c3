namespace MoE.Host.Plots;

/// <summary>Places values from one end of an axis to the other.</summary>
/// <param name="From">Value at the axis' beginning.</param>
/// <param name="To">Value at its end, larger.</param>
/// <param name="Begin">Where it begins, in pixels.</param>
/// <param name="End">Where it ends.</param>
internal sealed record Axis(double From, double To, double Begin, double End)
{
    private const int MostSteps = 8;

    /// <summary>An axis of percents that begins and ends at ticks around the values.</summary>
    public static Axis OfPercents(double lowest, double highest, double begin, double end)
    {
        var step = Step(highest - lowest);
        var to = Math.Min(100, (Math.Floor(highest / step) + 1) * step);
        return new(Math.Min(Math.Floor(lowest / step) * step, to - step), to, begin, end);
    }

    /// <summary>Round values on the axis: multiples of 1, 2 or 5 times a power of ten, 1 at least.</summary>
    public IEnumerable<double> Ticks
    {
        get
        {
            var step = Step(To - From);
            for (var tick = Math.Ceiling(From / step) * step; tick <= To; tick += step)
                yield return tick;
        }
    }

    /// <summary>Where a value lies, in pixels.</summary>
    public double At(double value) => Begin + (value - From) / (To - From) * (End - Begin);

    private static double Step(double range)
    {
        var power = 1d;
        while (true)
        {
            foreach (var factor in (ReadOnlySpan<int>)[1, 2, 5])
                if (range <= MostSteps * factor * power)
                    return factor * power;
            power *= 10;
        }
    }
}
