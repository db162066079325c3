namespace MoE.Compute.Data;

/// <summary>Rows that are a part of another source: those after one of its rows.</summary>
/// <param name="source">Where the rows come from; disposed together with this.</param>
/// <param name="id">The source that they are a part of.</param>
/// <param name="first">Rows of that source before the first of these.</param>
public sealed class OffsetSource(IRowSource source, SourceId id, long first) : IRowSource
{
    /// <summary>The rows that are a part.</summary>
    public IRowSource Rows => source;

    /// <inheritdoc/>
    public string Name => source.Name;

    /// <inheritdoc/>
    public SourceId Id => id;

    /// <inheritdoc/>
    public Schema Schema => source.Schema;

    /// <inheritdoc/>
    public ValueTask SkipToAsync(long offset, CancellationToken cancel) =>
        source.SkipToAsync(Math.Max(0, offset - first), cancel);

    /// <inheritdoc/>
    public async ValueTask<RowBatch?> ReadAsync(int rows, CancellationToken cancel) =>
        await source.ReadAsync(rows, cancel) is not { } batch ? null : batch with
        {
            NextOffset = batch.NextOffset + first,
            Refusals = [.. batch.Refusals.Select(r => r with { Row = r.Row + first })],
        };

    /// <inheritdoc/>
    public void Dispose() => source.Dispose();
}
