namespace MoE.Host.Measures;

/// <summary>Something that is timed in <see cref="Rounds"/>.</summary>
/// <param name="run">Does it once, and says how much work that was, in whatever it is counted in.</param>
internal sealed class Timed(Func<double> run)
{
    /// <summary>Runs in a lap: so many that the clock and a call count for nothing.</summary>
    private const double LapSeconds = 0.025, WarmSeconds = 0.12;

    private readonly List<double> _perSecond = [];
    private int _repeats = 1;

    /// <summary>Work per second: the median of all laps.</summary>
    public double PerSecond
    {
        get
        {
            List<double> sorted = [.. _perSecond.Order()];
            return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
        }
    }

    /// <summary>Seconds that so much work takes.</summary>
    public double Seconds(double work = 1) => work / PerSecond;

    /// <summary>Has it compiled and its memory at hand, and finds out how often it fits into a lap.</summary>
    public void WarmUp(TimeProvider time)
    {
        var (start, runs, spent) = (time.GetTimestamp(), 0, 0d);
        for (; spent < WarmSeconds; runs++)
        {
            run();
            spent = time.GetElapsedTime(start).TotalSeconds;
        }
        _repeats = Math.Max(1, (int)(runs * LapSeconds / spent));
    }

    /// <summary>Takes one lap.</summary>
    public void Lap(TimeProvider time)
    {
        var (start, work) = (time.GetTimestamp(), 0d);
        for (var i = 0; i < _repeats; i++)
            work += run();
        _perSecond.Add(work / time.GetElapsedTime(start).TotalSeconds);
    }
}
