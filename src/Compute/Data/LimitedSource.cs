namespace MoE.Compute.Data;

/// <summary>The first good rows of a source.</summary>
/// <param name="source">Where the rows come from; disposed together with this.</param>
/// <param name="limit">Good rows in all, those of an earlier reading among them.</param>
/// <param name="learned">Good rows taken by an earlier reading.</param>
public sealed class LimitedSource(IRowSource source, long limit, long learned = 0) : IRowSource
{
    private long _left = limit - learned;

    /// <inheritdoc/>
    public string Name => source.Name;

    /// <inheritdoc/>
    public SourceId Id => source.Id;

    /// <inheritdoc/>
    public Schema Schema => source.Schema;

    /// <inheritdoc/>
    public ValueTask SkipToAsync(long offset, CancellationToken cancel) => source.SkipToAsync(offset, cancel);

    /// <inheritdoc/>
    public async ValueTask<RowBatch?> ReadAsync(int rows, CancellationToken cancel)
    {
        if (_left <= 0)
            return null;
        var batch = await source.ReadAsync((int)Math.Min(rows, _left), cancel);
        _left -= batch?.Rows ?? 0;
        return batch;
    }

    /// <inheritdoc/>
    public void Dispose() => source.Dispose();
}
