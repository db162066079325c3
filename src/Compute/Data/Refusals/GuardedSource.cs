using static System.FormattableString;

namespace MoE.Compute.Data.Refusals;

/// <summary>
/// A source that stops if too many of its rows were refused: the batch that went over the limit is still delivered,
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

/// <summary>How many rows of a source may be refused before reading it on makes no sense.</summary>
public sealed record RefusalBudget
{
    /// <summary>Refused rows by their share of all rows so far. From 0 to 1. Default 0.01.</summary>
    public double MaxShare { get; init; } = 0.01;

    /// <summary>Refused rows that are borne whatever their share. 0 or more. Default 10.</summary>
    public long AtLeast { get; init; } = 10;

    /// <summary>Refused rows that are borne among <paramref name="rows"/> rows.</summary>
    public long Limit(long rows) => Math.Max(AtLeast, (long)Math.Floor(MaxShare * rows));

    /// <summary>Refuses values that make no sense, naming every one that is wrong.</summary>
    /// <exception cref="InvalidOptionsException">At least one value is out of its range.</exception>
    public RefusalBudget Validated()
    {
        List<string> problems = [];
        if (MaxShare is not (>= 0 and <= 1))
            problems.Add(Invariant($"The share of refused rows is {MaxShare}; it must lie in [0, 1]."));
        if (AtLeast < 0)
            problems.Add($"The number of refused rows is {AtLeast}; it must be 0 or more.");
        return problems.Count == 0 ? this : throw new InvalidOptionsException(problems);
    }
}

/// <summary>More rows were refused than the <see cref="RefusalBudget"/> bears. Everything before was learned.</summary>
public sealed class TooManyRefusalsException(string source, long refused, long rows, long limit, string? lastReason)
    : Exception($"{refused} of the {rows} rows of {source} so far were refused, more than the {limit} allowed. "
        + (lastReason is null ? "" : $"The last one: {lastReason} ")
        + "Correct the rows, or allow more with --max-refused.")
{
    /// <summary>Rows refused so far.</summary>
    public long Refused { get; } = refused;

    /// <summary>Rows read so far, the refused among them.</summary>
    public long Rows { get; } = rows;
}
