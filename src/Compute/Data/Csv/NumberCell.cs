using System.Globalization;

namespace MoE.Compute.Data.Csv;

/// <summary>Numbers as they stand in cells: what <see cref="float.Parse(string)"/> makes of them, but faster.</summary>
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
