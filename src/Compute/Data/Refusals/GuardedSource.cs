namespace MoE.Compute.Data.Refusals;

/// <summary>
/// A source that stops where too many of its rows were refused: the batch that went over the limit is still delivered,
/// so that nothing good in it is lost, and the next <see cref="ReadAsync"/> throws.
/// </summary>
/// <param name="source">Where the rows come from; disposed together with this.</param>
/// <param name="budget">What is borne.</param>
/// <param name="learned">Rows accepted before the offset skipped to, by an earlier reading.</param>
public sealed class GuardedSource(IRowSource source, RefusalBudget budget, long learned = 0) : IRowSource
{
    private readonly RefusalBudget _budget = budget.Validated();
    private long _rows;
    private long _refused;
    private string? _lastReason;

    /// <inheritdoc/>
    public string Name => source.Name;

    /// <inheritdoc/>
    public SourceId Id => source.Id;

    /// <inheritdoc/>
    public Schema Schema => source.Schema;

    /// <inheritdoc/>
    public async ValueTask SkipToAsync(long offset, CancellationToken cancel)
    {
        await source.SkipToAsync(offset, cancel);
        _rows = offset;
        _refused = offset - learned;
    }

    /// <inheritdoc/>
    /// <exception cref="TooManyRefusalsException">The batches before hold more refused rows than are borne.</exception>
    public async ValueTask<RowBatch?> ReadAsync(int rows, CancellationToken cancel)
    {
        if (_refused > _budget.Limit(_rows))
            throw new TooManyRefusalsException(Name, _refused, _rows, _budget.Limit(_rows), _lastReason);
        var batch = await source.ReadAsync(rows, cancel);
        if (batch is null)
            return null;
        _rows += batch.Rows + batch.Refusals.Count;
        _refused += batch.Refusals.Count;
        if (batch.Refusals.Count > 0)
            _lastReason = batch.Refusals[^1].Reason;
        return batch;
    }

    /// <inheritdoc/>
    public void Dispose() => source.Dispose();
}
