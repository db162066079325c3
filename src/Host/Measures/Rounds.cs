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
