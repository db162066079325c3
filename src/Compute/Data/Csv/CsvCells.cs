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
                $"there are more than {most:N0} cells, the maximum of a line; is it a CSV file?");
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

/// <summary>Cells as messages show them.</summary>
internal static class CellText
{
    private const int Longest = 40;

    /// <summary>What is wrong with a name of more bytes than are allowed.</summary>
    public static string TooLong(ReadOnlySpan<byte> cell, int most) => string.Create(CultureInfo.InvariantCulture,
        $"'{Shown(cell)}' is a name of {cell.Length:N0} bytes; at most {most:N0} are allowed.");

    /// <summary>The cell on one line: control characters replaced, and cut if it is long.</summary>
    public static string Shown(ReadOnlySpan<byte> cell)
    {
        var text = System.Text.Encoding.UTF8.GetString(cell[..Math.Min(cell.Length, 4 * Longest)]);
        var cut = text.Length > Longest ? text[..Longest] + "..." : text;
        return string.Create(cut.Length, cut, (shown, from) =>
        {
            for (var i = 0; i < shown.Length; i++)
                shown[i] = !PlainText.IsPlain(from[i]) || char.IsSurrogate(from[i]) ? '\uFFFD' : from[i];
        });
    }
}

/// <summary>Numbers as written in cells: what <see cref="float.Parse(string)"/> makes of them, but faster.</summary>
internal static class NumberCell
{
    private const int MaxDigits = 19;

    private static readonly double[] PowersOfTen =
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
    ];

    /// <summary>Whether a cell says that its value is not known: it is empty, or a question mark.</summary>
    public static bool IsMissing(ReadOnlySpan<byte> cell) => cell.IsEmpty || cell is [(byte)'?'];

    /// <summary>The number nearest to a decimal one; may be infinite or not a number.</summary>
    public static bool TryParse(ReadOnlySpan<byte> cell, out float value) =>
        TryPlain(cell, out value) || float.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    /// <summary>
    /// [sign] digits [. digits], at most 19 digits: rounded digits by an exact power give a double that is off by 2
    /// units in the last place at most. It rounds to the right float unless it lies beside the middle of two floats
    /// (after Clinger: "How to read floating point numbers accurately", PLDI 1990).
    /// </summary>
    private static bool TryPlain(ReadOnlySpan<byte> cell, out float value)
    {
        value = 0;
        var at = cell is [(byte)'-' or (byte)'+', ..] ? 1 : 0;
        var first = at;
        var point = -1;
        ulong digits = 0;
        for (; at < cell.Length; at++)
        {
            var digit = (uint)(cell[at] - '0');
            if (digit <= 9)
                digits = 10 * digits + digit;
            else if (cell[at] == '.' && point < 0)
                point = at;
            else
                return false;
        }
        var count = cell.Length - first - (point < 0 ? 0 : 1);
        if (count is < 1 or > MaxDigits)
            return false;
        var exact = digits / PowersOfTen[point < 0 ? 0 : cell.Length - point - 1];
        if (IsNearMiddle(exact))
            return false;
        value = (float)(cell[0] == '-' ? -exact : exact);
        return true;
    }

    /// <summary>Whether the 29 bits that a float has no room for are within 8 of one half.</summary>
    private static bool IsNearMiddle(double value)
    {
        const long Half = 1L << 28;
        var rest = BitConverter.DoubleToInt64Bits(value) & ((1L << 29) - 1);
        return rest is >= Half - 8 and <= Half + 8;
    }
}
