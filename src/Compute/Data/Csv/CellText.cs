namespace MoE.Compute.Data.Csv;

/// <summary>Cells as messages show them.</summary>
internal static class CellText
{
    private const int Longest = 40;

    /// <summary>The cell on one line: control characters replaced, and cut where it is long.</summary>
    public static string Shown(ReadOnlySpan<byte> cell)
    {
        var text = System.Text.Encoding.UTF8.GetString(cell[..Math.Min(cell.Length, 4 * Longest)]);
        var cut = text.Length > Longest ? text[..Longest] + "..." : text;
        return string.Create(cut.Length, cut, (shown, from) =>
        {
            for (var i = 0; i < shown.Length; i++)
                shown[i] = char.IsControl(from[i]) || char.IsSurrogate(from[i]) ? '\uFFFD' : from[i];
        });
    }
}
