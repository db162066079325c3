namespace MoE.Host.Measures;

/// <summary>
/// Times things in turns, a lap each and from the start again, so that a machine that is busy for a while slows all of
/// them alike.
/// </summary>
internal sealed class Rounds(TimeProvider time)
{
    private const int Count = 5;
    private readonly List<Timed> _timed = [];

    /// <summary>Takes something to be timed.</summary>
    /// <param name="run">Does it once, and says how much work that was.</param>
    public Timed Add(Func<double> run)
    {
        var timed = new Timed(run);
        _timed.Add(timed);
        return timed;
    }

    /// <summary>Times everything that was added.</summary>
    public void Run()
    {
        foreach (var timed in _timed)
            timed.WarmUp(time);
        for (var round = 0; round < Count; round++)
            foreach (var timed in _timed)
                timed.Lap(time);
    }
}

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
