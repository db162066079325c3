namespace MoE.Compute;

/// <summary>
/// Words from outside (a file's, a setting's, an option's), as text on a screen may show them: nothing in them is to
/// move the cursor, change colours or turn the direction of what follows.
/// </summary>
public static class PlainText
{
    /// <summary>The text on one line: a ? for each character that is not plain.</summary>
    public static string OneLine(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.All(IsPlain) ? text : string.Concat(text.Select(c => IsPlain(c) ? c : '?'));
    }

    /// <summary>The text with its line ends and tabs: a ? for each other character that is not plain.</summary>
    public static string Lines(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return string.Join(
            Environment.NewLine, text.ReplaceLineEndings("\n").Split('\n')
                .Select(line => string.Join('\t', line.Split('\t').Select(OneLine))));
    }

    /// <summary>JSON with an escape for each character in it that is not plain; JSON itself would allow them.</summary>
    public static string Json(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return json.All(IsPlain) ? json : string.Concat(json.Select(c => IsPlain(c) ? $"{c}" : $"\\u{(int)c:x4}"));
    }

    /// <summary>Whether a character is one that is shown and no more.</summary>
    public static bool IsPlain(char c) => !char.IsControl(c) && c is not (
        '\u061C' or '\u200E' or '\u200F'                     // marks of direction
        or (>= '\u2028' and <= '\u202E')                      // ends of lines, embeddings and overrides
        or (>= '\u2066' and <= '\u2069')                      // isolates
        or '\uFEFF');                                         // a byte order mark, which is invisible
}
