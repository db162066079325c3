using MoE.Compute.Data;
using MoE.Compute.Data.Generators;

namespace MoE.Benchmarks.Pool;

/// <summary>Rows in memory, so that making them is no part of a measured time. Each reading begins anew.</summary>
internal sealed class HeldRows : IRowSource
{
    private readonly IReadOnlyList<RowBatch> _batches;
    private int _next;

    private HeldRows(SourceId id, Schema schema, IReadOnlyList<RowBatch> batches) =>
        (Id, Schema, _batches) = (id, schema, batches);

    public string Name => Id.Name;

    public SourceId Id { get; }

    public Schema Schema { get; }

    /// <summary>Number of rows.</summary>
    public long Rows => _batches.Sum(batch => (long)batch.Rows);

    /// <summary>The whole of a source, in batches of that many rows, which it is from then on read in.</summary>
    public static HeldRows Of(IRowSource source, int batch)
    {
        List<RowBatch> batches = [];
        while (source.Read(batch) is { } rows)
            batches.Add(rows);
        return new HeldRows(source.Id, source.Schema, batches);
    }

    /// <summary>The first rows of a generator with seed 1.</summary>
    public static HeldRows Of(string generator, long rows, int batch)
    {
        using var source = new LimitedSource(Generators.Create(generator, new GeneratorOptions()), rows);
        return Of(source, batch);
    }

    /// <summary>The same rows, before the first of them.</summary>
    public HeldRows Again() => new(Id, Schema, _batches);

    public ValueTask SkipToAsync(long offset, CancellationToken cancel)
    {
        while (_next < _batches.Count && _batches[_next].NextOffset <= offset)
            _next++;
        return ValueTask.CompletedTask;
    }

    public ValueTask<RowBatch?> ReadAsync(int rows, CancellationToken cancel) =>
        new(_next < _batches.Count ? _batches[_next++] : null);

    /// <summary>Does nothing: the rows may be read again.</summary>
    public void Dispose()
    {
    }
}
