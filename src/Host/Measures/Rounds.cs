namespace MoE.Host.Measures;

/// <summary>
/// Times several things in turns, one lap each per round, so that a machine that is busy for a while slows all of them
/// alike.
/// </summary>
internal sealed class Rounds(TimeProvider time)
{
    private const int Count = 5;
    private readonly List<Timed> _timed = [];

    /// <summary>Adds something to be timed.</summary>
    /// <param name="run">Runs it once, and returns the amount of work.</param>
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
/// <param name="run">Runs it once, and returns the amount of work in any unit.</param>
internal sealed class Timed(Func<double> run)
{
    /// <summary>Long enough that the clock and the call have no influence.</summary>
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

    /// <summary>Seconds for an amount of work.</summary>
    public double Seconds(double work = 1) => work / PerSecond;

    /// <summary>Runs it until it is compiled and in the caches, and determines how often it fits into a lap.</summary>
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

    /// <summary>Times one lap.</summary>
    public void Lap(TimeProvider time)
    {
        var (start, work) = (time.GetTimestamp(), 0d);
        for (var i = 0; i < _repeats; i++)
            work += run();
        _perSecond.Add(work / time.GetElapsedTime(start).TotalSeconds);
    }
}
