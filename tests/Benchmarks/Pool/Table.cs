using System.Globalization;

namespace MoE.Benchmarks.Pool;

/// <summary>A table in Markdown that is written row by row, as the measurements come.</summary>
internal sealed class Table
{
    private readonly TextWriter _output;

    /// <summary>Writes the head; the first column is text, the others are numbers.</summary>
    public Table(TextWriter output, params string[] columns)
    {
        _output = output;
        _output.WriteLine();
        Add(columns);
        Add(["---", .. columns.Skip(1).Select(_ => "---:")]);
    }

    /// <summary>Writes a row.</summary>
    public void Add(params string[] cells)
    {
        _output.WriteLine($"| {string.Join(" | ", cells)} |");
        _output.Flush();
    }

    /// <summary>A percentage; a dash where there is none.</summary>
    public static string Percent(double value) => double.IsNaN(value) ? "-" : Number(value, "F1");

    /// <summary>A number in a format of .NET.</summary>
    public static string Number(double value, string format = "N0") =>
        value.ToString(format, CultureInfo.InvariantCulture);
}
