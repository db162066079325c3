namespace MoE.Compute;

/// <summary>Text that came out of a file, as a message may show it.</summary>
public static class PlainText
{
    /// <summary>The text on one line: a ? for each control character, as damaged bytes may hold them.</summary>
    public static string OneLine(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));
    }
}
