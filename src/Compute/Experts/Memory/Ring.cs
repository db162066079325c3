using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MoE.Compute.Data;
using MoE.Compute.Encoding;
using MoE.Compute.Files;
using MoE.Compute.Simd;

namespace MoE.Compute.Experts.Memory;

/// <summary>
/// The last rows, the oldest overwritten first, in tiles of 64 slots: within a tile all slots' values of one feature
/// lie side by side. Features are the z-scores at the time, then the categories.
/// </summary>
internal sealed class Ring<L>(MemoryInput input, int size, int numeric, int categorical) where L : struct, ILanes<L>
{
    private const int Tile = MemoryRule.Tile;
    private const int Block = ClassRows.Block;

    /// <summary>Features after which a tile that is too far already is left.</summary>
    private const int Stretch = 8;

    private readonly int _features = numeric + categorical;
    private readonly float[] _query = new float[numeric + categorical];
    private readonly float[] _values = new float[MemoryRule.Padded(size) * (numeric + categorical)];
    private readonly int[] _labels = new int[size];
    private int _next;

    /// <summary>Slots in use.</summary>
    public int Count { get; private set; }

    /// <summary>Class by slot.</summary>
    public ReadOnlySpan<int> Labels => _labels;

    /// <summary>The highest class in any slot.</summary>
    public int GreatestLabel => _labels.Max();

    /// <summary>Takes the row that is looked for, and added next.</summary>
    public void Read(EncodedBatch batch, int row)
    {
        if (input == MemoryInput.Z)
            batch.Z.AsSpan(row * numeric, numeric).CopyTo(_query);
        else
            for (var j = 0; j < numeric; j++)
                _query[j] = MemoryRule.RankScale
                    * (batch.Rank[(row * numeric) + j] is var u && float.IsNaN(u) ? MemoryRule.MissingRank : u);
        for (var m = 0; m < categorical; m++)
            _query[numeric + m] = batch.Category[(row * categorical) + m];
    }

    /// <summary>Adds the row that was read.</summary>
    public void Add(int label)
    {
        var at = (_next / Tile * Tile * _features) + (_next % Tile);
        foreach (var value in _query)
        {
            _values[at] = value;
            at += Tile;
        }
        _labels[_next] = label;
        _next = (_next + 1) % size;
        Count = Math.Max(Count, _next == 0 ? size : _next);
    }

    /// <summary>
    /// The <paramref name="k"/> slots nearest to the row that was read, by squared distance Σ difference² + 2 per
    /// category that differs, in ascending order; of equally far ones the first. Only those nearer than
    /// <paramref name="limit"/>, which falls as soon as k nearer ones are found.
    /// </summary>
    /// <returns>How many there are: k or fewer.</returns>
    public int Near(float limit, int k, float[] distance, int[] slot)
    {
        var found = 0;
        ref var sums = ref MemoryMarshal.GetReference(stackalloc float[Tile]);
        for (var first = 0; first < Count; first += Tile)
        {
            var near = Distances(ref _values[first * _features], limit, ref sums);
            if (Count - first < Tile)
                near &= (1UL << (Count - first)) - 1;
            for (; near != 0; near &= near - 1)
            {
                var lane = BitOperations.TrailingZeroCount(near);
                distance[found] = Unsafe.Add(ref sums, lane);
                slot[found++] = first + lane;
            }
            if (found + Tile <= slot.Length)
                continue;
            limit = Nearest<L>.Keep(distance, slot, found, k, limit);
            found = k;
        }
        Nearest<L>.Keep(distance, slot, found, k, limit);
        return Math.Min(found, k);
    }

    /// <summary>Room that <see cref="Near"/> needs to find k of the ring's slots.</summary>
    public static int Room(int k) => ClassRows.Padded((3 * k) + (2 * Tile));

    /// <summary>A ring of its own with the same rows.</summary>
    public Ring<L> Clone()
    {
        var clone = new Ring<L>(input, size, numeric, categorical) { _next = _next, Count = Count };
        _values.CopyTo(clone._values, 0);
        _labels.CopyTo(clone._labels, 0);
        return clone;
    }

    public void Save(StateWriter state)
    {
        state.Write((long)_next);
        state.Write((long)Count);
        state.Write<int>(_labels);
        state.WriteSparse(_values);
    }

    public void Load(StateReader state)
    {
        (_next, Count) = (state.ReadCount(size - 1), state.ReadCount(size));
        if (Count < size && Count != _next)
            throw state.Damaged($"{Count} rows were found, the next in slot {_next}; it was expected behind them");
        state.Read<int>(_labels);
        if (_labels.AsSpan().ContainsAnyExceptInRange(0, MixtureOptions.MostClasses - 1))
            throw state.Damaged($"a class was found that is not from 0 to {MixtureOptions.MostClasses - 1}");
        state.ReadSparse(_values);
        // a distance that is no number would never be found
        foreach (var value in _values)
            if (!(MathF.Abs(value) <= Vocabulary.MaxCategories))
                throw state.Damaged(string.Create(CultureInfo.InvariantCulture,
                    $"the cell {value} was found; a z-score, a rank or a category was expected"));
    }

    /// <summary>
    /// One bit per slot of a tile: whether its distance is below the limit. If any is, all distances.
    /// </summary>
    private ulong Distances(ref float tile, float limit, ref float sums)
    {
        var (s0, s1, s2, s3) = (L.Fill(0f), L.Fill(0f), L.Fill(0f), L.Fill(0f));
        var far = L.Fill(limit);
        for (var j = 0; j < numeric;)
        {
            for (var end = Math.Min(j + Stretch, numeric); j < end; j++)
            {
                ref var values = ref Unsafe.Add(ref tile, j * Tile);
                var q = L.Fill(_query[j]);
                var d0 = L.Load(ref values, 0) - q;
                var d1 = L.Load(ref values, Block) - q;
                var d2 = L.Load(ref values, 2 * Block) - q;
                var d3 = L.Load(ref values, 3 * Block) - q;
                s0 = L.MultiplyAdd(d0, d0, s0);
                s1 = L.MultiplyAdd(d1, d1, s1);
                s2 = L.MultiplyAdd(d2, d2, s2);
                s3 = L.MultiplyAdd(d3, d3, s3);
            }
            if (_features - j >= Stretch && L.Below(L.Min(L.Min(s0, s1), L.Min(s2, s3)), far) == 0)
                return 0;
        }
        for (var j = numeric; j < _features; j++)
        {
            ref var values = ref Unsafe.Add(ref tile, j * Tile);
            var (q, two) = (L.Fill(_query[j]), L.Fill(MemoryRule.Mismatch));
            s0 += L.WhereDifferent(L.Load(ref values, 0), q, two);
            s1 += L.WhereDifferent(L.Load(ref values, Block), q, two);
            s2 += L.WhereDifferent(L.Load(ref values, 2 * Block), q, two);
            s3 += L.WhereDifferent(L.Load(ref values, 3 * Block), q, two);
        }
        var near = L.Below(s0, far) | ((ulong)L.Below(s1, far) << Block)
            | ((ulong)L.Below(s2, far) << (2 * Block)) | ((ulong)L.Below(s3, far) << (3 * Block));
        if (near == 0)
            return 0;
        s0.Store(ref sums, 0);
        s1.Store(ref sums, Block);
        s2.Store(ref sums, 2 * Block);
        s3.Store(ref sums, 3 * Block);
        return near;
    }
}
