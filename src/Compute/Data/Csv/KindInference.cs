namespace MoE.Compute.Data.Csv;

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
        : $"column '{name}' is taken for categorical, for it holds text beside numbers "
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
