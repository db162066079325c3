using System.Text.Unicode;

namespace MoE.Compute.Data.Csv;

/// <summary>
/// Turns a line into a row. Names first met in a row get their index only when the whole row is good, so that refused
/// rows leave no trace.
/// </summary>
internal sealed class RowParser
{
    private const string WhatNumbersAre = "a finite number, an empty cell or ? is allowed.";

    private readonly CsvHeader _header;
    private readonly CsvOptions _options;
    private readonly Action<string>? _notice;
    private readonly CsvCells _cells;
    private readonly int[] _feature;
    private readonly NameTable?[] _names;
    private readonly bool[] _hashed;
    private readonly int[] _new;
    private readonly List<Term> _terms = [];
    private readonly NameList? _list;
    private int _newCount;

    /// <param name="header">The columns.</param>
    /// <param name="kinds">What each column holds, the target's kind being of no account.</param>
    /// <param name="options">How many classes there may be.</param>
    /// <param name="cells">Cuts the lines.</param>
    /// <param name="notice">Told when a column holds more names than get an index of their own.</param>
    public RowParser(
        CsvHeader header, ReadOnlySpan<ColumnKind> kinds, CsvOptions options, CsvCells cells, Action<string>? notice)
    {
        (_header, _options, _cells, _notice) = (header, options, cells, notice);
        var columns = header.Names.Count;
        _feature = new int[columns];
        _names = new NameTable?[columns];
        _hashed = new bool[columns];
        _new = new int[columns];
        for (var column = 0; column < columns; column++)
        {
            _feature[column] = header.FeatureOf(column);
            var isNames = _feature[column] >= 0 && kinds[column] == ColumnKind.Categorical;
            _names[column] = isNames || column == header.Target ? new() : null;
        }
        _list = IsPredicted ? null : new NameList();
    }

    /// <summary>Whether rows are only predicted: a name that is not known stays so.</summary>
    private bool IsPredicted => _options.Model is not null;

    /// <summary>Why the last row was refused, beginning with the column if there is one.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>The names met so far; null if the model numbers them.</summary>
    public SourceNames? Names => _list?.SoFar;

    /// <summary>Takes over a name that the model knows; false if the column holds no names.</summary>
    public bool Learn(Term term)
    {
        if (Array.IndexOf(_feature, term.Column) is var column && (column < 0 || _names[column] is null))
            return false;
        var name = System.Text.Encoding.UTF8.GetBytes(term.Text);
        var hash = StableHash.Of(name);
        if (_names[column]!.IndexOf(name, hash) >= 0)
            return true;
        _names[column]!.Add(name, hash);
        _list?.Add(term);
        return true;
    }

    /// <summary>The names first met since the last call.</summary>
    public IReadOnlyList<Term> TakeTerms()
    {
        if (_terms.Count == 0)
            return [];
        Term[] terms = [.. _terms];
        _terms.Clear();
        return terms;
    }

    /// <summary>Reads a row of D features; false with a <see cref="Reason"/> if it is refused.</summary>
    public bool TryParse(ReadOnlySpan<byte> line, Span<float> features, out int target)
    {
        target = -1;
        _newCount = 0;
        var split = _cells.Split(line);
        if (_cells.Problem is { } problem)
            return Refuse(_cells.Count - 1, problem);
        if (_cells.Count != _names.Length)
            return Refuse(
                -1, $"{Cells(_cells.Count)}, but the header has {_names.Length}; a row needs one for each column.");
        for (var column = 0; column < _names.Length; column++)
        {
            var cell = _cells.Cell(split, column);
            if (_feature[column] == CsvHeader.PassedOver)
                continue;
            if (_names[column] is not { } names)
            {
                if (!TryNumber(column, cell, out features[_feature[column]]))
                    return false;
            }
            else if (!TryName(column, names, cell, out var index))
                return false;
            else if (column == _header.Target)
                target = index;
            else
                features[_feature[column]] = index;
        }
        KeepNewNames(split);
        return true;
    }

    private bool TryNumber(int column, ReadOnlySpan<byte> cell, out float value)
    {
        var trimmed = cell.Trim(" \t"u8);
        if (NumberCell.IsMissing(trimmed))
        {
            value = float.NaN;
            return true;
        }
        if (!NumberCell.TryParse(trimmed, out value))
            return Refuse(column, $"'{CellText.Shown(cell)}' is not a number; {WhatNumbersAre}");
        if (float.IsFinite(value))
            return true;
        var isLiteral = trimmed.ContainsAnyInRange((byte)'0', (byte)'9');
        return Refuse(column, isLiteral
            ? $"'{CellText.Shown(cell)}' is too large for a 32-bit number, which ends at 3.4e38; {WhatNumbersAre}"
            : $"'{CellText.Shown(cell)}' is not finite; {WhatNumbersAre}");
    }

    private bool TryName(int column, NameTable names, ReadOnlySpan<byte> cell, out int index)
    {
        index = -1;
        var isClass = column == _header.Target;
        if (NumberCell.IsMissing(cell))
        {
            if (isClass && IsPredicted)
                return true;
            if (isClass)
                return Refuse(column, $"the class is missing ('{CellText.Shown(cell)}'); every row needs one.");
            cell = default;
        }
        var hash = StableHash.Of(cell);
        index = names.IndexOf(cell, hash);
        if (index >= 0 || (IsPredicted && (isClass || names.Count < Vocabulary.MaxCategories)))
            return true;
        if (!Utf8.IsValid(cell))
            return Refuse(column, $"'{CellText.Shown(cell)}' is not UTF-8 text; save the file in that encoding.");
        if (cell.Length > _options.Limits.NameBytes)
            return Refuse(column, CellText.TooLong(cell, _options.Limits.NameBytes));
        if (isClass && names.Count >= _options.MaxClasses)
        {
            return Refuse(column, $"'{CellText.Shown(cell)}' is a new class after {names.Count} others, but "
                + $"max-classes is {_options.MaxClasses}; correct the row, or raise that.");
        }
        if (isClass || names.Count < Vocabulary.MaxCategories)
        {
            (index, _new[_newCount++]) = (names.Count, column);
            return true;
        }
        var shared = (int)(hash % Vocabulary.MaxCategories);
        index = IsPredicted ? shared : (int)RowBatch.SharedCategory - shared;
        TellOfHashing(column);
        return true;
    }

    private void TellOfHashing(int column)
    {
        if (_hashed[column])
            return;
        _hashed[column] = true;
        _notice?.Invoke($"column '{_header.Names[column]}' has more than {Vocabulary.MaxCategories} names; "
            + "further ones share the indices of those, by hash.");
    }

    private void KeepNewNames(ReadOnlySpan<byte> split)
    {
        for (var i = 0; i < _newCount; i++)
        {
            var column = _new[i];
            var cell = _cells.Cell(split, column);
            if (NumberCell.IsMissing(cell))
                cell = default;
            _names[column]!.Add(cell, StableHash.Of(cell));
            _terms.Add(new Term(_feature[column], System.Text.Encoding.UTF8.GetString(cell)));
            _list?.Add(_terms[^1]);
        }
    }

    private bool Refuse(int column, string reason)
    {
        Reason = column < 0 ? $": {reason}"
            : column < _names.Length ? $", column '{_header.Names[column]}': {reason}"
            : $", cell {column + 1}: {reason}";
        return false;
    }

    private static string Cells(int count) => count == 1 ? "1 cell" : $"{count} cells";
}
