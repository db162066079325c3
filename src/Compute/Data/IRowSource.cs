namespace MoE.Compute.Data;

/// <summary>Rows in an order that is the same on every reading: a file, standard input, a generator.</summary>
public interface IRowSource : IDisposable
{
    /// <summary>What the rows are called in messages: a path, "standard input", a generator's name.</summary>
    string Name { get; }

    /// <summary>What tells the source from all others.</summary>
    SourceId Id { get; }

    /// <summary>The columns, declared or inferred.</summary>
    Schema Schema { get; }

    /// <summary>
    /// Goes to where an earlier reading ended: passes over <paramref name="offset"/> rows, refused ones among them, and
    /// takes over the names that were met there. Only before the first <see cref="Read"/>.
    /// </summary>
    void SkipTo(long offset, IEnumerable<Term> terms);

    /// <summary>
    /// The next <paramref name="rows"/> good rows, fewer at the end; null when nothing is left to tell.
    /// </summary>
    RowBatch? Read(int rows);
}
