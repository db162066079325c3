using System.Globalization;

namespace MoE.Compute.Data.Csv;

/// <summary>Cells as messages show them.</summary>
internal static class CellText
{
    private const int Longest = 40;

    /// <summary>What is wrong with a name of more bytes than are allowed.</summary>
    public static string TooLong(ReadOnlySpan<byte> cell, int most) => string.Create(CultureInfo.InvariantCulture,
        $"'{Shown(cell)}' is a name of {cell.Length:N0} bytes; at most {most:N0} are allowed.");

    /// <summary>The cell on one line: control characters replaced, and cut where it is long.</summary>
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
