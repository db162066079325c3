using MoE.Compute.Data;

namespace MoE.Actors.Tests;

/// <summary>Endless seeded rows in the midst of which something is done, once.</summary>
internal sealed class BreakingRows(int row, Func<Task> act) : IRowSource
{
    private readonly SeededRows _rows = new(int.MaxValue);
    private Func<Task>? _act = act;
    private volatile Task? _acting;

    /// <summary>Done when what is done in the midst has ended.</summary>
    /// <exception cref="InvalidOperationException">It has not begun.</exception>
    public Task Broken => _acting ?? throw new InvalidOperationException($"Row {row} was not read yet.");

    public string Name => _rows.Name;

    public SourceId Id => _rows.Id;

    public Schema Schema => _rows.Schema;

    public ValueTask SkipToAsync(long offset, CancellationToken cancel) => _rows.SkipToAsync(offset, cancel);

    public async ValueTask<RowBatch?> ReadAsync(int rows, CancellationToken cancel)
    {
        var batch = await _rows.ReadAsync(rows, cancel);
        if (batch!.NextOffset >= row && Interlocked.Exchange(ref _act, null) is { } breaks)
            await (_acting = breaks());
        return batch;
    }

    public void Dispose() => _rows.Dispose();
}
