namespace MoE.Compute.Data;

/// <summary>
/// Rows in an order that is the same on every reading: a file, standard input, a generator. One caller at a time.
/// </summary>
public interface IRowSource : IDisposable
{
    /// <summary>What the rows are called in messages: a path, "standard input", a generator's name.</summary>
    string Name { get; }

    /// <summary>What tells the source from all others.</summary>
    SourceId Id { get; }

    /// <summary>The columns, declared or inferred.</summary>
    Schema Schema { get; }

    /// <summary>
    /// Goes to where an earlier reading ended: passes over <paramref name="offset"/> rows, refused ones among them.
    /// Only before the first <see cref="ReadAsync"/>.
    /// </summary>
    ValueTask SkipToAsync(long offset, CancellationToken cancel = default);

    /// <summary>
    /// The next <paramref name="rows"/> good rows, fewer at the end; null when nothing is left to report. The source
    /// numbers its names itself (<see cref="RowBatch.Names"/>).
    /// </summary>
    /// <param name="rows">How many, at least 1.</param>
    /// <param name="cancel">Ends the wait for rows that have not come yet.</param>
    ValueTask<RowBatch?> ReadAsync(int rows, CancellationToken cancel = default);
}

/// <summary>A source that cannot be read, or not further: one line says which, where, why and what to do.</summary>
public sealed class SourceException : Exception
{
    /// <summary>A source that cannot be read because of <paramref name="message"/>.</summary>
    public SourceException(string message)
        : base(message)
    {
    }

    /// <summary>As above, after the error <paramref name="innerException"/> of the system.</summary>
    public SourceException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
