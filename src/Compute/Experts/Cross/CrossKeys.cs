using MoE.Compute.Encoding;
using MoE.Compute.Numerics;

namespace MoE.Compute.Experts.Cross;

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
    /// What each key is made of: <see cref="KeyOf"/> of Base + 2^16 · (bin of First) + (bin of Second), where a feature
    /// behind the last one has the bin 0.
    /// </summary>
    public IEnumerable<(int First, int Second, ulong Base)> Parts =>
    [
        (_bin.Length, _bin.Length, 0),
        .. _single.Select((key, feature) => (_bin.Length, feature, key)),
        .. _pairs,
    ];

    /// <summary>The key, in [0, 2^bits), of what it is made of; the shift is 64 - bits.</summary>
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
