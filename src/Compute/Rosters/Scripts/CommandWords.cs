using System.Text;

namespace MoE.Compute.Rosters.Scripts;

/// <summary>The words after a verb: plain ones, and options as <c>--id ID</c> or <c>--id=ID</c>.</summary>
internal sealed class CommandWords
{
    private readonly Dictionary<string, string> _values = [];
    private readonly List<string> _plain = [];

    /// <summary>Sorts the words; what is wrong with an option becomes a problem.</summary>
    /// <param name="verb">The verb.</param>
    /// <param name="words">The words after it.</param>
    /// <param name="options">The options that it takes: with a value, or without if they end in '!'.</param>
    /// <param name="problems">Where problems are noted.</param>
    public CommandWords(
        string verb, IReadOnlyList<string> words, IReadOnlyList<string> options, ICollection<string> problems)
    {
        for (var i = 0; i < words.Count; i++)
        {
            if (!IsOption(words[i]))
            {
                _plain.Add(words[i]);
                continue;
            }
            var (name, value) = words[i].Split('=', 2) is [var left, var right] ? (left, right) : (words[i], null);
            var isFlag = options.Contains($"{name}!");
            if (!isFlag && value is null && i + 1 < words.Count && !IsOption(words[i + 1]))
                value = words[++i];
            var problem = !isFlag && !options.Contains(name) ? $"unknown option '{name}' of {verb}."
                    + NearestName.Suggestion(name, options.Select(o => o.TrimEnd('!')))
                : isFlag && value is not null ? $"{name} takes no value."
                : !isFlag && value is null ? $"{name} needs a value."
                : !_values.TryAdd(name, value ?? "") ? $"{name} is given twice."
                : null;
            if (problem is not null)
                problems.Add(problem);
        }
    }

    /// <summary>The words that are not options.</summary>
    public IReadOnlyList<string> Plain => _plain;

    /// <summary>The value of an option; empty for one without; null if it is not given.</summary>
    public string? this[string name] => _values.GetValueOrDefault(name);

    private static bool IsOption(string word) => word.StartsWith("--", StringComparison.Ordinal);
}

/// <summary>
/// A line as words: between spaces, or in quotation marks, in which two of them mean one. A word that begins with
/// # begins a comment.
/// </summary>
internal static class QuotedWords
{
    /// <summary>The words; null, and a problem, if a quotation does not end.</summary>
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
