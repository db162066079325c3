using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MoE.Compute.Data;
using MoE.Compute.Encoding;
using MoE.Compute.Files;
using MoE.Compute.Numerics;

namespace MoE.Compute.Experts.Knn;

/// <summary>
/// The last rows, the oldest overwritten first, in tiles of 64 slots: within a tile all slots' values of one feature
/// lie side by side. Features are the z-scores at the time, then the categories.
/// </summary>
internal sealed class SlidingWindow<L> where L : struct, ILanes<L>
{
    private const int Tile = KnnRule.Tile;
    private const int Block = ClassVectors.Block;

    /// <summary>Features after which a tile that is too far already is left.</summary>
    private const int Stretch = 8;

    /// <summary>A bound below every distance, for the slots after the last in use.</summary>
    private static readonly float[] InUse =
        [.. Enumerable.Repeat(float.PositiveInfinity, Tile), .. Enumerable.Repeat(-1f, Tile)];

    private readonly KnnInput _input;
    private readonly int _size;
    private readonly int _numeric;
    private readonly int _categorical;
    private readonly int _features;
    private readonly float[] _queries;
    private readonly AlignedFloats _values;

    /// <summary>Class by slot, as a float, so that it can be moved and compared in the lanes of its distance.</summary>
    private readonly AlignedFloats _labels;
    private int _next;

    /// <summary>A ring without rows.</summary>
    public SlidingWindow(KnnInput input, int size, int numeric, int categorical)
    {
        (_input, _size, _numeric, _categorical) = (input, size, numeric, categorical);
        _features = numeric + categorical;
        _queries = new float[KnnRule.MostRows * _features];
        _values = new AlignedFloats(KnnRule.Padded(size) * _features);
        _labels = new AlignedFloats(KnnRule.Padded(size));
    }

    private SlidingWindow(SlidingWindow<L> other, AlignedFloats values, AlignedFloats labels)
    {
        (_input, _size, _numeric, _categorical) = (other._input, other._size, other._numeric, other._categorical);
        (_features, _next, Count) = (other._features, other._next, other.Count);
        _queries = new float[other._queries.Length];
        (_values, _labels) = (values, labels);
    }

    /// <summary>Slots in use.</summary>
    public int Count { get; private set; }

    /// <summary>The highest class in any slot.</summary>
    public int GreatestLabel => (int)_labels.Span.ToArray().Max();

    /// <summary>Rows that are looked for at once, at most.</summary>
    public int RowsAtOnce => KnnRule.RowsAtOnce(_values.Length);

    /// <summary>The tile that the next row is added to.</summary>
    public int NextTile => _next / Tile;

    /// <summary>Tiles that have slots in use.</summary>
    public int Tiles => (Count + Tile - 1) / Tile;

    /// <summary>Rows that can be added before the tile that they are added to is another.</summary>
    public int LeftInTile => Math.Min(_size, (NextTile + 1) * Tile) - _next;

    /// <summary>Takes a row that is looked for, and may be added, as one of <see cref="RowsAtOnce"/>.</summary>
    public void Read(FeatureBatch batch, int row, int place)
    {
        var query = _queries.AsSpan(place * _features, _features);
        if (_input == KnnInput.Z)
            batch.Z.AsSpan(row * _numeric, _numeric).CopyTo(query);
        else
            for (var j = 0; j < _numeric; j++)
                query[j] = KnnRule.RankScale
                    * (batch.Rank[(row * _numeric) + j] is var u && float.IsNaN(u) ? KnnRule.MissingRank : u);
        for (var m = 0; m < _categorical; m++)
            query[_numeric + m] = batch.Category[(row * _categorical) + m];
    }

    /// <summary>Adds a row that was read.</summary>
    public void Add(int place, int label)
    {
        var at = (_next / Tile * Tile * _features) + (_next % Tile);
        var values = _values.Span;
        foreach (var value in _queries.AsSpan(place * _features, _features))
        {
            values[at] = value;
            at += Tile;
        }
        _labels.Span[_next] = label;
        _next = (_next + 1) % _size;
        Count = Math.Max(Count, _next == 0 ? _size : _next);
    }

    /// <summary>
    /// Adds to the neighbours of the rows that were read, from a place on, what some tiles have within their limits.
    /// Distances are squared: Σ difference² + 2 per category that differs. A tile is fetched once for all rows.
    /// </summary>
    public void Search(int firstTile, int endTile, int place, ReadOnlySpan<Neighbours<L>> of)
    {
        for (var tile = firstTile; tile < endTile; tile++)
            for (var i = 0; i < of.Length; i++)
            {
                var row = of[i];
                row.MakeRoom();
                row.Count += Pack(tile, ref _queries[(place + i) * _features], row.Limit,
                    ref row.Distance[row.Count], ref row.Label[row.Count]);
            }
    }

    /// <summary>A ring of its own with the same rows.</summary>
    public SlidingWindow<L> Clone() => new(this, _values.Clone(), _labels.Clone());

    /// <summary>The very same rows for another thread, once no more are added.</summary>
    public SlidingWindow<L> Share() => new(this, _values, _labels);

    public void Save(StateWriter state)
    {
        state.Write((long)_next);
        state.Write((long)Count);
        state.Write<int>(Array.ConvertAll(_labels.Span[.._size].ToArray(), label => (int)label));
        state.WriteSparse(_values.Span);
    }

    public void Load(StateReader state)
    {
        (_next, Count) = (state.ReadCount(_size - 1), state.ReadCount(_size));
        if (Count < _size && Count != _next)
            throw state.Damaged($"{Count} rows were found, the next in slot {_next}; it was expected after them");
        var labels = new int[_size];
        state.Read<int>(labels);
        if (labels.AsSpan().ContainsAnyExceptInRange(0, MixtureOptions.MostClasses - 1))
            throw state.Damaged($"a class was found that is not from 0 to {MixtureOptions.MostClasses - 1}");
        Array.ConvertAll(labels, label => (float)label).CopyTo(_labels.Span);
        state.ReadSparse(_values.Span);
        // a distance that is NaN would never be found
        foreach (var value in _values.Span)
            if (!(MathF.Abs(value) <= Vocabulary.MaxCategories))
                throw state.Damaged(string.Create(CultureInfo.InvariantCulture,
                    $"the cell {value} was found; a z-score, a rank or a category was expected"));
    }

    /// <summary>
    /// Writes the distances of the tile's slots that are below the limit, and their labels, side by side.
    /// </summary>
    /// <returns>How many there are.</returns>
    private int Pack(int at, ref float query, float limit, ref float distance, ref float label)
    {
        var first = at * Tile;
        ref var inUse = ref Unsafe.Add(
            ref MemoryMarshal.GetArrayDataReference(InUse), Tile - Math.Min(Tile, Count - first));
        var far = L.Broadcast(limit);
        var (s0, s1, s2, s3) = (L.Broadcast(0f), L.Broadcast(0f), L.Broadcast(0f), L.Broadcast(0f));
        ref var values = ref Unsafe.Add(ref _values.First, first * _features);
        for (var j = 0; j < _numeric;)
        {
            for (var end = Math.Min(j + Stretch, _numeric); j < end; j++)
            {
                var q = L.Broadcast(Unsafe.Add(ref query, j));
                var d0 = q - L.Load(ref values, 0);
                var d1 = q - L.Load(ref values, Block);
                var d2 = q - L.Load(ref values, 2 * Block);
                var d3 = q - L.Load(ref values, 3 * Block);
                s0 = L.MultiplyAdd(d0, d0, s0);
                s1 = L.MultiplyAdd(d1, d1, s1);
                s2 = L.MultiplyAdd(d2, d2, s2);
                s3 = L.MultiplyAdd(d3, d3, s3);
                values = ref Unsafe.Add(ref values, Tile);
            }
            if (_features - j >= Stretch && L.Below(L.Min(L.Min(s0, s1), L.Min(s2, s3)), far) == 0)
                return 0;
        }
        for (var j = _numeric; j < _features; j++)
        {
            var (q, two) = (L.Broadcast(Unsafe.Add(ref query, j)), L.Broadcast(KnnRule.Mismatch));
            s0 += L.MaskDifferent(L.Load(ref values, 0), q, two);
            s1 += L.MaskDifferent(L.Load(ref values, Block), q, two);
            s2 += L.MaskDifferent(L.Load(ref values, 2 * Block), q, two);
            s3 += L.MaskDifferent(L.Load(ref values, 3 * Block), q, two);
            values = ref Unsafe.Add(ref values, Tile);
        }
        ref var labels = ref Unsafe.Add(ref _labels.First, first);
        var found = L.PackBelow(s0, L.Min(far, L.Load(ref inUse, 0)), L.Load(ref labels, 0), ref distance, ref label);
        found += L.PackBelow(s1, L.Min(far, L.Load(ref inUse, Block)), L.Load(ref labels, Block),
            ref Unsafe.Add(ref distance, found), ref Unsafe.Add(ref label, found));
        found += L.PackBelow(s2, L.Min(far, L.Load(ref inUse, 2 * Block)), L.Load(ref labels, 2 * Block),
            ref Unsafe.Add(ref distance, found), ref Unsafe.Add(ref label, found));
        found += L.PackBelow(s3, L.Min(far, L.Load(ref inUse, 3 * Block)), L.Load(ref labels, 3 * Block),
            ref Unsafe.Add(ref distance, found), ref Unsafe.Add(ref label, found));
        return found;
    }
}
