using MoE.Compute;
using Spectre.Console;

namespace MoE.Host.Terminal;

/// <summary>
/// A table with aligned columns, for people and for tools that split lines at spaces.
/// </summary>
internal sealed class TextTable
{
    /// <summary>More than any line is wide: a line is never broken, whatever the terminal.</summary>
    private const int Width = 1000;

    private readonly Table _table = new Table().NoBorder();

    /// <param name="columns">Headings; a column whose heading ends with '&gt;' is right-aligned.</param>
    public TextTable(params string[] columns)
    {
        foreach (var heading in columns)
            _table.AddColumn(new TableColumn(new Text(heading.TrimEnd('>')))
            {
                Alignment = heading.EndsWith('>') ? Justify.Right : Justify.Left,
                Padding = new Padding(0, 0, 2, 0),
                NoWrap = true,
            });
    }

    /// <summary>Adds a row, a cell for every column.</summary>
    public void Add(params string[] cells) =>
        _table.AddRow(cells.Select(cell => new Text(PlainText.OneLine(cell))));

    /// <summary>The lines: headings, then rows.</summary>
    public IEnumerable<string> Lines()
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = Width;
        console.Write(_table);
        return text.ToString().TrimEnd().Split('\n').Select(line => line.TrimEnd());
    }
}
