namespace MoE.Compute.Data;

/// <summary>
/// A row that was not taken, and why: one sentence that names the place, what is allowed, what to do.
/// </summary>
/// <param name="Row">Which row of the source it is, from 1.</param>
/// <param name="Line">The line of the text on which it ends, from 1.</param>
/// <param name="Reason">The sentence.</param>
public sealed record Refusal(long Row, long Line, string Reason);

/// <summary>
/// Consecutive rows of one source as they were read: the unit of transport and of the log. B rows, D features.
/// Nobody changes it after it was handed on.
/// </summary>
public sealed record RowBatch
{
    /// <summary>The target of a row without a label, which can be predicted and not learned.</summary>
    public const int NoClass = -1;

    /// <summary>The cell of a category that the model has not met, in a row that is only predicted.</summary>
    public const float UnknownCategory = -1f;

    /// <summary>
    /// The cell of a category in a column that has more names than are numbered: this less the number that it shares,
    /// where the source numbers the names.
    /// </summary>
    public const float SharedCategory = -2f;

    /// <summary>
    /// Features (B, D), row-major in the schema's order: a number, NaN where missing, or a category's index.
    /// </summary>
    public required float[] Values { get; init; }

    /// <summary>Classes (B), as indices of the vocabulary after <see cref="NewTerms"/>.</summary>
    public required int[] Targets { get; init; }

    /// <summary>
    /// The source's numbering of the names; null if categories and classes have the model's numbers.
    /// </summary>
    public SourceNames? Names { get; init; }

    /// <summary>
    /// Names first met in these rows, in order; to be added to the vocabulary before the rows are read.
    /// </summary>
    public IReadOnlyList<Term> NewTerms { get; init; } = [];

    /// <summary>
    /// Rows of the source that were read up to the end of this batch, the refused among them: where to continue.
    /// </summary>
    public required long NextOffset { get; init; }

    /// <summary>Rows refused since the end of the batch before.</summary>
    public IReadOnlyList<Refusal> Refusals { get; init; } = [];

    /// <summary>Rows of the source that were read before this batch.</summary>
    public long FirstOffset => NextOffset - Rows - Refusals.Count;

    /// <summary>Number of rows, B. May be 0 at the end of a source, when only refusals are left to report.</summary>
    public int Rows => Targets.Length;

    /// <summary>Writes which rows of the source these are, from 1, refused ones left out.</summary>
    /// <param name="numbers">Room for B numbers.</param>
    public void NumberRows(Span<long> numbers)
    {
        var (number, refused) = (FirstOffset, 0);
        for (var row = 0; row < Rows; row++)
        {
            number++;
            while (refused < Refusals.Count && Refusals[refused].Row == number)
                (number, refused) = (number + 1, refused + 1);
            numbers[row] = number;
        }
    }

    /// <summary>What of this batch comes after the source's row <paramref name="offset"/>.</summary>
    public RowBatch After(long offset)
    {
        if (offset <= FirstOffset)
            return this;
        var refusals = Refusals.Where(r => r.Row > offset).ToArray();
        var rows = (int)Math.Max(0, NextOffset - offset - refusals.Length);
        return this with
        {
            Values = Values[^(rows * (Values.Length / Math.Max(1, Rows)))..],
            Targets = Targets[^rows..],
            Refusals = refusals,
        };
    }
}
