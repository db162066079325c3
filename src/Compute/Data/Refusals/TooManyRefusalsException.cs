namespace MoE.Compute.Data.Refusals;

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
