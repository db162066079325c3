using System.Globalization;
using MoE.Compute.Experts;

namespace MoE.Compute;

/// <summary>Reads options out of a text strictly: every problem is collected, an unknown option is one.</summary>
internal sealed class OptionReader
{
    private readonly string _subject;
    private readonly string _kind;
    private readonly List<string> _problems;
    private readonly Dictionary<string, string> _given = [];
    private readonly List<KindOption> _known = [];

    /// <summary>The options of an expert.</summary>
    public OptionReader(ExpertSpec spec, List<string> problems)
        : this($"Expert '{spec.Id}' ({spec.Text})", spec.Kind,
            spec.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1), problems)
    {
    }

    /// <summary>The options of anything.</summary>
    /// <param name="subject">Whose they are, as a problem begins.</param>
    /// <param name="kind">What takes them.</param>
    /// <param name="words">The options, name=value each.</param>
    /// <param name="problems">Where problems are noted.</param>
    public OptionReader(string subject, string kind, IEnumerable<string> words, List<string> problems)
    {
        (_subject, _kind, _problems) = (subject, kind, problems);
        foreach (var word in words)
        {
            var parts = word.Split('=', 2);
            if (parts.Length < 2 || !_given.TryAdd(parts[0], parts[1]))
                Refuse($"unknown or repeated option '{word}'; write options as name=value");
        }
    }

    /// <summary>The options that were asked for, as somebody may be told of them.</summary>
    public IReadOnlyList<KindOption> Known => _known;

    /// <summary>A whole number in [least, most]; the latter may be another option's value.</summary>
    /// <param name="name">How the option is written.</param>
    /// <param name="otherwise">Its value if it is left out.</param>
    /// <param name="least">The least that it may be.</param>
    /// <param name="most">The most.</param>
    /// <param name="mostName">The option that has the latter as its value.</param>
    /// <param name="also">Another way to write the option.</param>
    public int Whole(string name, int otherwise, int least, int most, string? mostName = null, string? also = null)
    {
        name = Written(name, also);
        if (Text(name, otherwise, $"{least} to {mostName ?? Plain(most)}") is not { } text)
            return otherwise;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            && value >= least && value <= most)
            return value;
        Refuse($"{name} is '{text}'; it must be a whole number from {least} to {most}");
        return otherwise;
    }

    /// <summary>
    /// A number above 0, or from 0 if <paramref name="zero"/> is allowed, up to <paramref name="most"/>.
    /// </summary>
    public float Number(string name, float otherwise, float most, bool zero = false)
    {
        var range = zero ? "from 0 to" : "above 0, up to";
        if (Text(name, otherwise, $"{range} {Plain(most)}") is not { } text)
            return otherwise;
        if (float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && (value > 0f || (zero && value == 0f)) && value <= most)
            return value;
        Refuse(string.Create(CultureInfo.InvariantCulture, $"{name} is '{text}'; it must be a number {range} {most}"));
        return otherwise;
    }

    /// <summary>One of an enumeration's names, in lower case.</summary>
    public T Choice<T>(string name, T otherwise) where T : struct, Enum
    {
        var names = string.Join(", ", Enum.GetNames<T>().Select(n => n.ToLowerInvariant()));
        if (Text(name, otherwise, names) is not { } text)
            return otherwise;
        foreach (var value in Enum.GetValues<T>())
            if (string.Equals(value.ToString(), text, StringComparison.OrdinalIgnoreCase))
                return value;
        Refuse($"{name} is '{text}'; it must be one of {names}");
        return otherwise;
    }

    /// <summary>Notes a problem of several options together.</summary>
    public void Refuse(string problem) => _problems.Add($"{_subject}: {problem}.");

    /// <summary>Ends the reading: options that were not asked for are problems.</summary>
    public void End()
    {
        var known = _known.ConvertAll(option => option.Name);
        foreach (var name in _given.Keys.Except(known))
            Refuse($"unknown option '{name}' of {_kind}; known are {string.Join(", ", known)}");
    }

    /// <summary>The way in which an option is written here.</summary>
    private string Written(string name, string? also)
    {
        if (also is null || !_given.ContainsKey(also))
            return name;
        if (_given.Remove(name))
            Refuse($"{name} and {also} are the same option; give one of them");
        return also;
    }

    private string? Text(string name, object otherwise, string allowed)
    {
        _known.Add(new KindOption(name, Plain(otherwise).ToLowerInvariant(), allowed));
        return _given.GetValueOrDefault(name);
    }

    private static string Plain(object value) => string.Create(CultureInfo.InvariantCulture, $"{value}");
}
