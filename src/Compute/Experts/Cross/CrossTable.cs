using MoE.Compute.Encoding;
using MoE.Compute.Files;
using MoE.Compute.Numerics;

namespace MoE.Compute.Experts.Cross;

/// <summary>
/// The entries of a hashed table, most of which are never touched: an entry gets memory when it is first touched, the
/// next in line, so that what is used lies close together. An entry is S weights W, then S sums V.
/// </summary>
internal sealed class CrossTable(int keys)
{
    private const int FirstRoom = 256;

    private readonly int[] _entryOf = new int[keys];
    private readonly List<int> _keyOf = [];
    private AlignedFloats _entries = new(FirstRoom * 2 * 4);

    /// <summary>Number of weights of an entry, S: 4, 8 or a multiple of 16.</summary>
    public int Stride { get; private set; } = 4;

    /// <summary>The first of the entries, each of 2 S floats.</summary>
    public ref float Entries => ref _entries.First;

    /// <summary>Where in <see cref="Entries"/> the entries of keys begin; a new entry is 0.</summary>
    public void PlacesOf(ReadOnlySpan<int> keys, Span<int> places)
    {
        var (entryOf, length) = (_entryOf, 2 * Stride);
        for (var i = 0; i < keys.Length; i++)
        {
            if (entryOf[keys[i]] == 0)
                Add(keys[i]);
            places[i] = (entryOf[keys[i]] - 1) * length;
        }
    }

    /// <summary>
    /// Where the entry of a key begins, or after the last entry, where <see cref="FitNothing"/> keeps zeros, for a key
    /// that was never touched, or for -1.
    /// </summary>
    public int FindPlaceOf(int key) =>
        (key < 0 || _entryOf[key] == 0 ? _keyOf.Count : _entryOf[key] - 1) * 2 * Stride;

    /// <summary>Makes sure that zeros follow the last entry.</summary>
    public void FitNothing()
    {
        if ((_keyOf.Count + 1) * 2 * Stride > _entries.Length)
            _entries = _entries.Resized((_keyOf.Count + 1) * 2 * Stride);
    }

    /// <summary>Adds noise to the weights of the first classes of every entry.</summary>
    public void AddNoise(float deviation, ulong seed, int classes)
    {
        var entries = _entries.Span;
        for (var entry = 0; entry < _keyOf.Count; entry++)
            for (var c = 0; c < classes; c++)
                entries[(entry * 2 * Stride) + c] +=
                    deviation * CounterRandom.Gaussian(seed, (ulong)_keyOf[entry], (ulong)c);
    }

    /// <summary>Gives every entry room for more classes; new weights are 0.</summary>
    public void Widen(int stride)
    {
        _entries = RowLayout.Widen(_entries, Stride, stride);
        Stride = stride;
    }

    /// <summary>A table of its own with the same entries.</summary>
    public CrossTable Clone()
    {
        var clone = new CrossTable(_entryOf.Length) { Stride = Stride, _entries = _entries.Clone() };
        clone._keyOf.AddRange(_keyOf);
        _entryOf.CopyTo(clone._entryOf, 0);
        return clone;
    }

    public void Save(StateWriter state)
    {
        state.Write((long)Stride);
        state.Write<int>(_keyOf.ToArray());
        state.Write<float>(_entries.Span[..(_keyOf.Count * 2 * Stride)]);
    }

    public void Load(StateReader state, int stride)
    {
        state.ReadStride(stride);
        Stride = stride;
        _keyOf.Clear();
        Array.Clear(_entryOf);
        foreach (var key in ReadKeys(state, _entryOf.Length))
        {
            _keyOf.Add(key);
            _entryOf[key] = _keyOf.Count;
        }
        _entries = state.ReadAligned(_keyOf.Count * 2L * Stride);
    }

    /// <summary>Reads the keys of an image of a table of so many keys, and checks that it holds none twice.</summary>
    public static int[] ReadKeys(StateReader state, int keys)
    {
        var (read, met) = (state.ReadArray<int>(), new bool[keys]);
        foreach (var key in read)
        {
            if (key < 0 || key >= keys || met[key])
                throw state.Damaged($"the key {key} was found; each of 0 to {keys - 1} was expected once at most");
            met[key] = true;
        }
        return read;
    }

    private void Add(int key)
    {
        _keyOf.Add(key);
        _entryOf[key] = _keyOf.Count;
        if (_keyOf.Count * 2 * Stride > _entries.Length)
            _entries = _entries.Resized(Math.Max(FirstRoom, 2 * _keyOf.Count) * 2 * Stride);
    }
}

/// <summary>Which keys of the table a row touches: the constant, one per feature's bin, one per pair of bins.</summary>
internal sealed class CrossKeys
{
    private readonly int _bins;
    private readonly int _shift;
    private readonly int _numeric;
    private readonly int[] _bin;
    private readonly ulong[] _single;
    private readonly (int First, int Second, ulong Key)[] _pairs;

    public CrossKeys(CrossOptions options, int numeric, int categorical, ulong seed)
    {
        (_bins, _shift, _numeric) = (options.Bins, 64 - options.Bits, numeric);
        var features = numeric + categorical;
        _bin = new int[features];
        _single = [.. Enumerable.Range(0, features).Select(j => CounterRandom.Bits(seed, 0, (ulong)j))];
        _pairs = [.. Pairs(features, options.Pairs, seed)];
        Keys = new int[1 + features + _pairs.Length];
    }

    private CrossKeys(CrossKeys other)
    {
        (_bins, _shift, _numeric) = (other._bins, other._shift, other._numeric);
        (_single, _pairs) = (other._single, other._pairs);
        _bin = new int[other._bin.Length];
        Keys = new int[other.Keys.Length];
    }

    /// <summary>The keys touched by the last row read; the first is the constant's.</summary>
    public int[] Keys { get; }

    /// <summary>
    /// What each key consists of: <see cref="KeyOf"/> of Base + 2^16 · (bin of First) + (bin of Second), where a
    /// feature after the last one has the bin 0.
    /// </summary>
    public IEnumerable<(int First, int Second, ulong Base)> Parts =>
    [
        (_bin.Length, _bin.Length, 0),
        .. _single.Select((key, feature) => (_bin.Length, feature, key)),
        .. _pairs,
    ];

    /// <summary>The key, in [0, 2^bits), of its parts; the shift is 64 - bits.</summary>
    public static int KeyOf(ulong parts, int shift) => (int)(((parts ^ (parts >> 29)) * 0xBF58476D1CE4E5B9) >> shift);

    /// <summary>The same keys for another thread.</summary>
    public CrossKeys Clone() => new(this);

    /// <summary>Takes one row.</summary>
    public void Read(FeatureBatch batch, int row)
    {
        var rank = batch.Rank.AsSpan(row * _numeric, _numeric);
        for (var j = 0; j < rank.Length; j++)
            _bin[j] = float.IsNaN(rank[j]) ? _bins : (int)(rank[j] * _bins);
        var categorical = _bin.Length - _numeric;
        batch.Category.AsSpan(row * categorical, categorical).CopyTo(_bin.AsSpan(_numeric));
        var keys = Keys;
        var at = 1;
        for (var j = 0; j < _bin.Length; j++)
            keys[at++] = KeyOf(_single[j] + (ulong)_bin[j], _shift);
        foreach (var (first, second, key) in _pairs)
            keys[at++] = KeyOf(key + ((ulong)_bin[first] << 16) + (ulong)_bin[second], _shift);
    }

    /// <summary>Takes one row in which a category may be unknown (-1): its keys are -1.</summary>
    public void ReadKnown(FeatureBatch batch, int row)
    {
        Read(batch, row);
        if (!_bin.AsSpan(_numeric).ContainsAnyInRange(int.MinValue, -1))
            return;
        var at = 1;
        for (var j = 0; j < _bin.Length; j++, at++)
            if (_bin[j] < 0)
                Keys[at] = -1;
        foreach (var (first, second, _) in _pairs)
        {
            if (_bin[first] < 0 || _bin[second] < 0)
                Keys[at] = -1;
            at++;
        }
    }

    /// <summary>Every pair, or as many as are wanted, drawn without return.</summary>
    private static IEnumerable<(int First, int Second, ulong Key)> Pairs(int features, int wanted, ulong seed)
    {
        var least = new PriorityQueue<(int First, int Second), ulong>(Comparer<ulong>.Create((a, b) => b.CompareTo(a)));
        for (var i = 0; i < features; i++)
            for (var j = i + 1; j < features; j++)
            {
                least.Enqueue((i, j), CounterRandom.Bits(seed, 1 + (ulong)i, (ulong)j));
                if (least.Count > wanted)
                    least.Dequeue();
            }
        return least.UnorderedItems.Select(p => (p.Element.First, p.Element.Second, p.Priority)).Order();
    }
}
