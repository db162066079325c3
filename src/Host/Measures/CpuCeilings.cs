using MoE.Compute.Bench;

namespace MoE.Host.Measures;

/// <summary>The maximum rates of this processor with a number of threads.</summary>
internal sealed class CpuCeilings
{
    private const int Turns = 1 << 18;

    /// <summary>
    /// Bytes that a copy touches, or a table has: to lie in a first, second and third cache, and in none.
    /// </summary>
    private static readonly int[] Touched = [1 << 14, 1 << 18, 1 << 22, 1 << 27];

    private readonly int _threads;
    private readonly Timed _operations;
    private readonly Timed _roots;
    private readonly Timed _steps;
    private readonly (int Bytes, Timed Copied)[] _copies;
    private readonly (int Bytes, Timed Touched)[] _lines;

    /// <summary>Adds the measurements to the rounds.</summary>
    public CpuCeilings(Rounds rounds, int threads)
    {
        _threads = threads;
        _operations = rounds.Add(() => OnAll(_ => CpuProbe.MultiplyAdds(Turns)));
        _roots = rounds.Add(() => OnAll(_ => CpuProbe.Roots(Turns / 16)));
        _steps = rounds.Add(() => OnAll(_ => CpuProbe.Steps(Turns)));
        var most = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 8 / threads;
        _copies = [.. Touched.Where(bytes => bytes <= most).Select(bytes => (bytes, Copies(rounds, bytes)))];
        _lines = [.. Touched.Where(bytes => bytes <= most).Select(bytes => (bytes, Lines(rounds, bytes)))];
    }

    /// <summary>The name of a number of threads in tables.</summary>
    public static string Name(int threads) => $"cpu x{threads}";

    /// <summary>What was measured.</summary>
    public RooflineCeilings Measured => new(Name(_threads), _operations.PerSecond,
        [.. _copies.Select(copy => ((double)copy.Bytes, copy.Copied.PerSecond))],
        [.. _lines.Select(line => ((double)line.Bytes, line.Touched.PerSecond))], _roots.PerSecond, _steps.PerSecond);

    private Timed Copies(Rounds rounds, int bytes)
    {
        var copies = Enumerable.Range(0, _threads).Select(_ => new CopyProbe(bytes)).ToArray();
        var times = Math.Max(1, (1 << 27) / bytes);
        return rounds.Add(() => OnAll(thread => copies[thread].Run(times)));
    }

    private Timed Lines(Rounds rounds, int bytes)
    {
        var lines = Enumerable.Range(0, _threads).Select(_ => new LineProbe(bytes)).ToArray();
        return rounds.Add(() => OnAll(thread => lines[thread].Run(Turns)));
    }

    private double OnAll(Func<int, double> run)
    {
        if (_threads == 1)
            return run(0);
        var done = new double[_threads];
        Parallel.For(0, _threads, new ParallelOptions { MaxDegreeOfParallelism = _threads },
            thread => done[thread] = run(thread));
        return done.Sum();
    }
}
