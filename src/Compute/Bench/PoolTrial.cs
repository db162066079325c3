using MoE.Compute.Checks;
using MoE.Compute.Data;
using MoE.Compute.Encoding;
using MoE.Compute.Experts;
using MoE.Compute.Files;
using MoE.Compute.Gpu;
using MoE.Compute.Numerics;

namespace MoE.Compute.Bench;

/// <summary>
/// Experts of one specification and random batches of 8 numeric features and 4 classes, to time how fast they are
/// computed: on this processor, or in <see cref="DevicePoolTrial"/>. A row is seen by a few experts that are drawn for
/// it, each as likely as the next. Batches take turns, so that no expert meets a row soon again.
/// </summary>
public sealed class PoolTrial
{
    private const int Batches = 8;
    private const ulong Seed = 11;

    private readonly ExpertSpec _spec;
    private readonly TrainingBatch[] _batches;
    private readonly int[][][] _rowsOf;
    private readonly IExpert[] _experts;
    private readonly float[]?[] _answers;
    private int _next;

    /// <summary>A pool that has learned nothing.</summary>
    /// <param name="spec">What its experts are.</param>
    /// <param name="experts">How many.</param>
    /// <param name="topK">Experts that see a row.</param>
    /// <param name="rows">Rows of a batch.</param>
    public PoolTrial(ExpertSpec spec, int experts, int topK, int rows)
    {
        ArgumentNullException.ThrowIfNull(spec);
        (_spec, TopK, Rows) = (spec, Math.Min(topK, experts), rows);
        _batches = [.. new EncodedStream(Features, 0, Batches * rows, Classes, seed: 5).Batches(rows)];
        _rowsOf = [.. Enumerable.Range(0, Batches).Select(batch => Route(batch, experts))];
        _experts = [.. Enumerable.Range(0, experts).Select(e => ExpertKinds.Create(spec, Schema, SeedOf(e)))];
        _answers = new float[]?[experts];
    }

    /// <summary>Numeric features of a row, and classes.</summary>
    public const int Features = 8, Classes = 4;

    /// <summary>The columns of the rows.</summary>
    public static Schema Schema { get; } = EncodedStream.SchemaOf(Features, categorical: 0);

    /// <summary>Rows of a batch.</summary>
    public int Rows { get; }

    /// <summary>Experts that see a row.</summary>
    public int TopK { get; }

    /// <summary>Experts.</summary>
    public int Experts => _experts.Length;

    /// <summary>Takes all experts through the next batch on this processor.</summary>
    /// <param name="threads">Threads that share the experts.</param>
    public void Run(int threads)
    {
        var at = Next();
        if (threads == 1)
            Run(at, first: 0, every: 1);
        else
            Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads },
                thread => Run(at, thread, threads));
    }

    /// <summary>Adds all experts, as they are, to a pool on a device.</summary>
    internal DeviceExpert[] AddTo(DevicePool pool) => [.. _experts.Select((expert, e) =>
    {
        var image = new StateWriter();
        expert.Save(image);
        return pool.Add(_spec, SeedOf(e), image.Written);
    })];

    /// <summary>The next batch, and the rows of each expert in it.</summary>
    internal (TrainingBatch Batch, int[][] RowsOf) Take() => (_batches[Next()], _rowsOf[_next]);

    private static ulong SeedOf(int expert) => CounterRandom.Bits(Seed, 1, (ulong)expert);

    private int Next() => _next = (_next + 1) % Batches;

    private void Run(int batch, int first, int every)
    {
        for (var e = first; e < _experts.Length; e += every)
            _answers[e] = ExpertRunner.Run(_experts[e], _batches[batch], _rowsOf[batch][e], used: _answers[e]);
    }

    private int[][] Route(int batch, int experts)
    {
        var rows = Enumerable.Range(0, experts).Select(_ => new List<int>()).ToArray();
        for (var row = 0; row < Rows; row++)
            for (var (drawn, k) = (0UL, 0); k < TopK; drawn++)
            {
                var e = (int)(CounterRandom.Bits(Seed, (ulong)((batch * Rows) + row), drawn) % (ulong)experts);
                if (rows[e] is [.., var last] && last == row)
                    continue;
                rows[e].Add(row);
                k++;
            }
        return [.. rows.Select(list => list.ToArray())];
    }
}
