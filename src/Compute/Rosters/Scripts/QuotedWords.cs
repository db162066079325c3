using System.Text;

namespace MoE.Compute.Rosters.Scripts;

/// <summary>
/// A line as words: between spaces, or in quotation marks, in which two of them stand for one. A word that begins with
/// # begins a comment.
/// </summary>
internal static class QuotedWords
{
    /// <summary>The words; null, and a problem, where a quotation does not end.</summary>
    public static string[]? Split(string line, ICollection<string> problems)
    {
        List<string> words = [];
        for (var at = 0; at < line.Length; at++)
        {
            if (char.IsWhiteSpace(line[at]))
                continue;
            if (line[at] == '#')
                break;
            if (Next(line, ref at) is not { } word)
            {
                problems.Add("a quotation does not end; write \"...\", and \"\" for a quotation mark in it.");
                return null;
            }
            words.Add(word);
        }
        return [.. words];
    }

    /// <summary>A word as it is to be written to be read as one.</summary>
    public static string Write(string word) => word.Length > 0 && word[0] != '#'
        && !word.Any(c => c == '"' || char.IsWhiteSpace(c)) ? word : $"\"{word.Replace("\"", "\"\"")}\"";

    private static string? Next(string line, ref int at)
    {
        var word = new StringBuilder();
        var isQuoted = false;
        for (; at < line.Length && (isQuoted || !char.IsWhiteSpace(line[at])); at++)
        {
            if (line[at] != '"')
                word.Append(line[at]);
            else if (isQuoted && at + 1 < line.Length && line[at + 1] == '"')
                word.Append(line[at++]);
            else
                isQuoted = !isQuoted;
        }
        return isQuoted ? null : word.ToString();
    }
}
