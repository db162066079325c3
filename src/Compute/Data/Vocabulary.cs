using System.Collections.Concurrent;
using MoE.Compute.Data.Csv;

namespace MoE.Compute.Data;

/// <summary>
/// A name met for the first time: in feature <paramref name="Column"/>, or as a class where that is -1.
/// </summary>
public sealed record Term(int Column, string Text)
{
    /// <summary>The <see cref="Column"/> of class names.</summary>
    public const int Class = -1;
}

/// <summary>
/// The names of category and class indices: index = order of first appearance. Grows by appending only, so that
/// an index once given is good for ever.
/// </summary>
public sealed class Vocabulary
{
    /// <summary>Distinct names of one column that get an index of their own; later ones share those, by hash.</summary>
    public const int MaxCategories = 4096;

    private readonly ConcurrentDictionary<Term, int> _index = [];
    private readonly List<string> _classes = [];
    private readonly Dictionary<int, List<string>> _categories = [];

    /// <summary>The classes met so far, by index.</summary>
    public IReadOnlyList<string> Classes => _classes;

    /// <summary>Names of feature <paramref name="column"/> met so far, by index.</summary>
    public IReadOnlyList<string> Categories(int column) => _categories.GetValueOrDefault(column) ?? [];

    /// <summary>How many names of features were met so far.</summary>
    public int Names => _index.Count - _classes.Count;

    /// <summary>Every name in an order that rebuilds this vocabulary: classes first, then column by column.</summary>
    public IEnumerable<Term> Terms =>
        _classes.Select(c => new Term(Term.Class, c))
            .Concat(_categories.OrderBy(c => c.Key).SelectMany(c => c.Value.Select(text => new Term(c.Key, text))));

    /// <summary>
    /// The index of a name, or -1 for one not met yet. Other threads may ask while names are added.
    /// </summary>
    public int IndexOf(Term term) => _index.TryGetValue(term, out var index) ? index : -1;

    /// <summary>The index that a name shares with another, in a column that has as many as are numbered.</summary>
    public static int SharedIndex(string text) =>
        (int)(StableHash.Of(System.Text.Encoding.UTF8.GetBytes(text)) % MaxCategories);

    /// <summary>Gives the next index of its column to a new name; a known one keeps its own.</summary>
    public int Add(Term term)
    {
        ArgumentNullException.ThrowIfNull(term);
        if (_index.TryGetValue(term, out var known))
            return known;
        var names = term.Column == Term.Class ? _classes : NamesOf(term.Column);
        names.Add(term.Text);
        return _index[term] = names.Count - 1;
    }

    private List<string> NamesOf(int column)
    {
        if (!_categories.TryGetValue(column, out var names))
            _categories[column] = names = [];
        return names;
    }
}
