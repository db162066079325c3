using System.Text;

namespace MoE.Host.Terminal;

/// <summary>
/// Rows of cells in columns as wide as they need to be, for people who read and for tools that split at spaces.
/// </summary>
/// <param name="columns">Headings; one that ends with '&gt;' stands to the right, as its cells do.</param>
internal sealed class TextTable(params string[] columns)
{
    private const string Gap = "  ";

    private readonly List<string[]> _rows = [[.. columns.Select(c => c.TrimEnd('>'))]];

    /// <summary>Adds a row, a cell for every column.</summary>
    public void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>The lines: headings, then rows.</summary>
    public IEnumerable<string> Lines()
    {
        var widths = columns.Select((_, c) => _rows.Max(row => row[c].Length)).ToArray();
        return _rows.Select(row => Line(row, widths));
    }

    private string Line(string[] row, int[] widths)
    {
        var line = new StringBuilder();
        for (var c = 0; c < row.Length; c++)
        {
            line.Append(c == 0 ? "" : Gap);
            line.Append(columns[c].EndsWith('>') ? row[c].PadLeft(widths[c]) : row[c].PadRight(widths[c]));
        }
        return line.ToString().TrimEnd();
    }
}
