namespace MoE.Compute.Data.Csv;

/// <summary>What the columns of a CSV file are; what is not said here is found out from its first rows.</summary>
public sealed record CsvOptions
{
    /// <summary>Column to predict. Null, the default, for the last one.</summary>
    public string? Target { get; init; }

    /// <summary>
    /// Columns whose cells are names even if they look like numbers. Takes precedence over <see cref="Numeric"/>.
    /// </summary>
    public IReadOnlyList<string> Categorical { get; init; } = [];

    /// <summary>Columns whose cells are numbers.</summary>
    public IReadOnlyList<string> Numeric { get; init; } = [];

    /// <summary>Classes after which rows of a further one are refused. 1 or more. Default 64.</summary>
    public int MaxClasses { get; init; } = 64;

    /// <summary>
    /// The columns of a model whose rows are read to be predicted; null for rows to be learned. Columns are found by
    /// their names, in any order; the target may be absent or empty, other columns are passed over, and names that the
    /// model does not know are <see cref="RowBatch.UnknownCategory"/> or <see cref="RowBatch.NoClass"/>. Everything
    /// above is then the model's.
    /// </summary>
    public Schema? Model { get; init; }

    /// <summary>How much of anything is read before it is an error.</summary>
    internal CsvLimits Limits { get; init; } = new();

    /// <summary>These options, with the kinds of columns as <see cref="SchemaFile.Read"/> gave them.</summary>
    public CsvOptions With(IReadOnlyList<Column> declared) => this with
    {
        Categorical = [.. Categorical, .. Names(declared, ColumnKind.Categorical)],
        Numeric = [.. Numeric, .. Names(declared, ColumnKind.Numeric)],
    };

    private static IEnumerable<string> Names(IReadOnlyList<Column> columns, ColumnKind kind) =>
        columns.Where(c => c.Kind == kind).Select(c => c.Name);
}

/// <summary>Bounds of what a text may ask for, so that a small file cannot take all memory.</summary>
internal sealed record CsvLimits
{
    /// <summary>Bytes of the longest line.</summary>
    public int LineBytes { get; init; } = LineBuffer.MaxLine;

    /// <summary>Cells of the longest line, and so columns of the widest file.</summary>
    public int Cells { get; init; } = 1 << 16;

    /// <summary>Bytes of the longest name: of a column, a class or a category.</summary>
    public int NameBytes { get; init; } = 1 << 16;

    /// <summary>Bytes after the header that are kept while the columns' kinds are determined.</summary>
    public int LookAheadBytes { get; init; } = 1 << 20;
}
