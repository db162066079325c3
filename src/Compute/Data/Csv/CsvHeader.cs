using System.Text.Unicode;

namespace MoE.Compute.Data.Csv;

/// <summary>The column names of a file, and what the options say of them.</summary>
internal sealed class CsvHeader
{
    /// <summary>The feature of a column that is not read.</summary>
    public const int PassedOver = -2;

    private readonly string _source;
    private readonly Dictionary<string, int> _places = [];
    private readonly ColumnKind?[] _declared;
    private readonly int[] _features;

    public CsvHeader(string source, IReadOnlyList<string> names, CsvOptions options)
    {
        _source = source;
        Names = names;
        for (var i = 0; i < names.Count; i++)
        {
            if (!_places.TryAdd(names[i], i))
                throw Error($"has two columns '{names[i]}' ({_places[names[i]] + 1} and {i + 1}); rename one of them.");
        }
        _features = new int[names.Count];
        _declared = new ColumnKind?[names.Count];
        if (options.Model is { } model)
        {
            Target = Find(model);
            return;
        }
        if (names.Count < 2)
            throw Error($"has only the column '{names[0]}'; a feature and the target are needed, with commas.");
        Target = options.Target is { } target ? PlaceOf(target, "the target") : names.Count - 1;
        for (var i = 0; i < names.Count; i++)
            _features[i] = i == Target ? Term.Class : i > Target ? i - 1 : i;
        foreach (var name in options.Numeric)
            _declared[PlaceOf(name, "a numeric column")] = ColumnKind.Numeric;
        foreach (var name in options.Categorical)
            _declared[PlaceOf(name, "a categorical column")] = ColumnKind.Categorical;
    }

    /// <summary>The columns, the target among them.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Place of the column to predict; -1 for none.</summary>
    public int Target { get; }

    /// <summary>
    /// The feature that a column holds: <see cref="Term.Class"/> for the target, <see cref="PassedOver"/> for one that
    /// is not read.
    /// </summary>
    public int FeatureOf(int column) => _features[column];

    /// <summary>The columns that are not read.</summary>
    public IEnumerable<string> Surplus => Names.Where((_, column) => _features[column] == PassedOver);

    /// <summary>The kind that was declared for a column; null if its cells are to decide.</summary>
    public ColumnKind? Declared(int column) => _declared[column];

    /// <summary>Whether the cells of some feature are to tell what it holds.</summary>
    public bool IsOpen => _declared.Where((kind, column) => kind is null && _features[column] >= 0).Any();

    /// <summary>Takes the first line that is not blank for the header.</summary>
    public static CsvHeader Read(LineBuffer lines, CsvCells cells, string source, CsvOptions options)
    {
        while (lines.TryRead(out var line))
        {
            if (lines.Line == 1 && line.StartsWith("\uFEFF"u8))
                line = line[3..];
            if (!CsvReader.IsBlank(line))
                return new CsvHeader(source, NamesIn(line, cells, source, lines.Line, options.Limits), options);
        }
        if (lines.IsStopped)
            throw new OperationCanceledException($"{source} was stopped before its header row.");
        throw lines.Failure
            ?? new SourceException($"{source} is empty; a header row and rows below it are expected.");
    }

    private static List<string> NamesIn(
        ReadOnlySpan<byte> line, CsvCells cells, string source, long number, CsvLimits limits)
    {
        var place = $"{source} line {number}";
        if (!Utf8.IsValid(line) || line.Contains((byte)0))
            throw new SourceException($"{place} is not UTF-8 text; a CSV file in UTF-8, gzipped or not, is expected.");
        if (line.Contains((byte)'\r'))
            throw new SourceException($"{place} has a carriage return inside; lines must end in LF or CRLF.");
        var split = cells.Split(line);
        if (cells.Problem is { } problem)
            throw new SourceException($"{place}, column {cells.Count}: {problem}");
        List<string> names = [];
        for (var i = 0; i < cells.Count; i++)
        {
            var cell = cells.Cell(split, i);
            if (cell.Length > limits.NameBytes)
                throw new SourceException($"{place}, column {i + 1}: {CellText.TooLong(cell, limits.NameBytes)}");
            var name = System.Text.Encoding.UTF8.GetString(cell).Trim();
            names.Add(name.Length > 0 ? name : $"column {i + 1}");
        }
        return names;
    }

    /// <summary>Finds a model's columns; answers where the target is.</summary>
    private int Find(Schema model)
    {
        Array.Fill(_features, PassedOver);
        List<string> missing = [];
        foreach (var (feature, column) in model.Features.Index())
            if (_places.TryGetValue(column.Name, out var place))
                (_features[place], _declared[place]) = (feature, column.Kind);
            else
                missing.Add($"'{column.Name}'");
        if (missing.Count > 0)
            throw Error($"has no {(missing.Count == 1 ? "column" : "columns")} {string.Join(", ", missing)}, which the "
                + "model reads; add what is missing (its cells may be empty).");
        if (!_places.TryGetValue(model.Target.Name, out var target))
            return -1;
        _features[target] = Term.Class;
        return target;
    }

    private int PlaceOf(string name, string role) =>
        _places.TryGetValue(name, out var place) ? place
            : throw Error($"has no column '{name}' to be {role}.{NearestName.Suggestion(name, Names)}");

    private SourceException Error(string problem) => new($"{_source} {problem}");
}

/// <summary>
/// Finds out from a column's first cells what it holds. Numbers make it numeric, text makes it categorical; where both
/// occur it is numeric as long as at most one cell in ten is text, so that a few bad cells are refused as such.
/// </summary>
internal sealed class KindInference
{
    private long _numbers;
    private long _texts;
    private string _firstText = "";
    private long _firstLine;

    /// <summary>Numeric or categorical, by the cells so far; numeric without any.</summary>
    public ColumnKind Kind => 9 * _texts <= _numbers ? ColumnKind.Numeric : ColumnKind.Categorical;

    /// <summary>What is worth telling of a column that was taken for categorical although it holds numbers.</summary>
    public string? Doubt(string name) =>
        Kind == ColumnKind.Numeric || _numbers < _texts ? null
        : $"column '{name}' is treated as categorical because it holds text beside numbers "
            + $"('{_firstText}' on line {_firstLine}). "
            + "If that is text by mistake, declare the column numeric in a schema file.";

    /// <summary>Takes a cell into account.</summary>
    public void Add(ReadOnlySpan<byte> cell, long line)
    {
        var trimmed = cell.Trim(" \t"u8);
        if (NumberCell.IsMissing(trimmed))
            return;
        if (NumberCell.TryParse(trimmed, out _))
            _numbers++;
        else if (_texts++ == 0)
            (_firstText, _firstLine) = (CellText.Shown(cell), line);
    }
}
