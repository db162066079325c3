using System.Globalization;

namespace MoE.Compute.Data.Csv;

/// <summary>
/// Cuts a line into cells after RFC 4180: commas between, double quotes around cells that hold commas, two of them for
/// one inside. A line break inside quotes is not allowed, so that rows can be counted without parsing them.
/// </summary>
/// <param name="most">Cells of a line after which nothing more of it is cut.</param>
internal sealed class CsvCells(int most)
{
    private const byte Comma = (byte)',';
    private const byte Quote = (byte)'"';

    private int[] _starts = new int[16];
    private int[] _lengths = new int[16];
    private byte[] _unquoted = [];

    /// <summary>Number of cells of the line split last.</summary>
    public int Count { get; private set; }

    /// <summary>What is wrong with cell <see cref="Count"/> - 1, the last cut; null for nothing.</summary>
    public string? Problem { get; private set; }

    /// <summary>Cuts a line; gives the bytes that <see cref="Cell"/> cuts the cells out of.</summary>
    public ReadOnlySpan<byte> Split(ReadOnlySpan<byte> line)
    {
        Count = 0;
        Problem = null;
        if (line.Contains(Quote))
            return SplitQuoted(line);
        var start = 0;
        var length = line.IndexOf(Comma);
        for (; length >= 0 && Problem is null; length = line[start..].IndexOf(Comma))
        {
            Add(start, length);
            start += length + 1;
        }
        if (Problem is null)
            Add(start, line.Length - start);
        return line;
    }

    /// <summary>A cell of the line that was split last, without its quotes.</summary>
    public ReadOnlySpan<byte> Cell(ReadOnlySpan<byte> split, int index) => split.Slice(_starts[index], _lengths[index]);

    private ReadOnlySpan<byte> SplitQuoted(ReadOnlySpan<byte> line)
    {
        if (_unquoted.Length < line.Length)
            _unquoted = new byte[Math.Max(line.Length, 2 * _unquoted.Length)];
        var used = 0;
        for (var at = 0; at <= line.Length && Problem is null; at++)
        {
            var start = used;
            at = line[at..] is [Quote, ..] ? Unquote(line, at + 1, ref used) : Copy(line, at, ref used);
            Add(start, used - start);
        }
        return _unquoted.AsSpan(0, used);
    }

    private int Copy(ReadOnlySpan<byte> line, int at, ref int used)
    {
        var length = line[at..].IndexOf(Comma);
        var cell = length < 0 ? line[at..] : line.Slice(at, length);
        cell.CopyTo(_unquoted.AsSpan(used));
        used += cell.Length;
        return at + cell.Length;
    }

    private int Unquote(ReadOnlySpan<byte> line, int at, ref int used)
    {
        for (; at < line.Length; at++)
        {
            if (line[at] == Quote)
            {
                at++;
                if (at == line.Length || line[at] == Comma)
                    return at;
                if (line[at] != Quote)
                {
                    Problem = "text follows on the closing quote; a quote inside a quoted cell is written twice.";
                    return line.Length;
                }
            }
            _unquoted[used++] = line[at];
        }
        Problem = "the quote is not closed; a quoted cell must end on the line where it begins.";
        return line.Length;
    }

    private void Add(int start, int length)
    {
        if (Count == most)
        {
            Problem ??= string.Create(CultureInfo.InvariantCulture,
                $"there are more than {most:N0} cells, and no line may have more; is it a CSV file?");
            return;
        }
        if (Count == _starts.Length)
        {
            Array.Resize(ref _starts, 2 * Count);
            Array.Resize(ref _lengths, 2 * Count);
        }
        _starts[Count] = start;
        _lengths[Count++] = length;
    }
}
