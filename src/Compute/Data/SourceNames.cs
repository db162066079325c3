using System.Collections.Concurrent;

namespace MoE.Compute.Data;

/// <summary>
/// The names that a source has met, numbered by itself: index = order of first appearance in their column. One thread
/// adds, while others read what they were given by <see cref="SoFar"/>.
/// </summary>
public sealed class NameList
{
    private readonly ConcurrentDictionary<int, Terms> _columns = [];
    private readonly Terms _all = new();

    /// <summary>A list without names.</summary>
    public NameList() => SoFar = new SourceNames(this, 0);

    /// <summary>The names met so far.</summary>
    public SourceNames SoFar { get; private set; }

    /// <summary>Adds a name that its column does not hold yet; answers its index there.</summary>
    public int Add(Term term)
    {
        ArgumentNullException.ThrowIfNull(term);
        _all.Add(term);
        var column = _columns.GetOrAdd(term.Column, _ => new Terms());
        column.Add(term);
        SoFar = new SourceNames(this, _all.Count);
        return column.Count - 1;
    }

    /// <summary>A name, by the order in which all came.</summary>
    internal Term this[int at] => _all[at];

    /// <summary>A name of a column, by its index there.</summary>
    internal Term Of(int column, int index) => _columns[column][index];

    /// <summary>What is there stays where it is, so that it can be read while more is added.</summary>
    private sealed class Terms
    {
        private Term[] _terms = new Term[8];

        public int Count { get; private set; }

        public Term this[int at] => _terms[at];

        public void Add(Term term)
        {
            if (Count == _terms.Length)
                Array.Resize(ref _terms, 2 * _terms.Length);
            _terms[Count++] = term;
        }
    }
}

/// <summary>The first names of a source's list: those that its rows up to some point can have.</summary>
/// <param name="List">The list, which may hold more by now.</param>
/// <param name="Count">How many of them.</param>
public sealed record SourceNames(NameList List, int Count);
