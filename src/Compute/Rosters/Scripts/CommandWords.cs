namespace MoE.Compute.Rosters.Scripts;

/// <summary>The words behind a verb: plain ones, and options as <c>--id ID</c> or <c>--id=ID</c>.</summary>
internal sealed class CommandWords
{
    private readonly Dictionary<string, string> _values = [];
    private readonly List<string> _plain = [];

    /// <summary>Sorts the words; what is wrong with an option becomes a problem.</summary>
    /// <param name="verb">The verb.</param>
    /// <param name="words">The words behind it.</param>
    /// <param name="options">The options that it takes: with a value, or where they end in '!' without.</param>
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
            var problem = !isFlag && !options.Contains(name) ? $"{name} is no option of {verb}."
                    + NearestName.Suggestion(name, options.Select(o => o.TrimEnd('!')))
                : isFlag && value is not null ? $"{name} takes no value."
                : !isFlag && value is null ? $"{name} needs a value."
                : !_values.TryAdd(name, value ?? "") ? $"{name} is given twice."
                : null;
            if (problem is not null)
                problems.Add(problem);
        }
    }

    /// <summary>The words that are no options.</summary>
    public IReadOnlyList<string> Plain => _plain;

    /// <summary>The value of an option; empty for one without; null where it is not given.</summary>
    public string? this[string name] => _values.GetValueOrDefault(name);

    private static bool IsOption(string word) => word.StartsWith("--", StringComparison.Ordinal);
}
