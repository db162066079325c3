using MoE.Compute.Data;

namespace MoE.Actors.Tests;

/// <summary>Endless seeded rows in the midst of which something is done, once.</summary>
internal sealed class BreakingRows(int row, Func<Task> act) : IRowSource
{
    private readonly SeededRows _rows = new(int.MaxValue);
    private Func<Task>? _act = act;

    public string Name => _rows.Name;

    public Schema Schema => _rows.Schema;

    public void SkipTo(long offset, IEnumerable<Term> terms) => _rows.SkipTo(offset, terms);

    public RowBatch? Read(int rows)
    {
        var batch = _rows.Read(rows);
        if (batch!.NextOffset >= row)
            Interlocked.Exchange(ref _act, null)?.Invoke().GetAwaiter().GetResult();
        return batch;
    }

    public void Dispose() => _rows.Dispose();
}
