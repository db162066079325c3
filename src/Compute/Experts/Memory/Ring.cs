using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MoE.Compute.Encoding;
using MoE.Compute.Files;
using MoE.Compute.Simd;

namespace MoE.Compute.Experts.Memory;

/// <summary>
/// The last rows, the oldest overwritten first, in tiles of 64 slots: within a tile all slots' values of one feature lie
/// side by side. Features are the z-scores at the time, then the categories.
/// </summary>
internal sealed class Ring<L>(int size, int numeric, int categorical) where L : struct, ILanes<L>
{
    private const int Tile = 64;
    private const int Block = ClassRows.Block;

    /// <summary>Features after which a tile that is too far already is left.</summary>
    private const int Stretch = 8;

    private const float Mismatch = 2f;

    private readonly int _features = numeric + categorical;
    private readonly float[] _query = new float[numeric + categorical];
    private readonly float[] _values = new float[(size + Tile - 1) / Tile * Tile * (numeric + categorical)];
    private readonly int[] _labels = new int[size];
    private int _next;

    /// <summary>Slots in use.</summary>
    public int Count { get; private set; }

    /// <summary>Number of classes by slot.</summary>
    public ReadOnlySpan<int> Labels => _labels;

    /// <summary>Takes the row that is looked for, and added next.</summary>
    public void Read(EncodedBatch batch, int row)
    {
        batch.Z.AsSpan(row * numeric, numeric).CopyTo(_query);
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
    /// The slots whose squared distance Σ (z difference)² + 2 per category that differs is below
    /// <paramref name="limit"/>, ascending.
    /// </summary>
    /// <returns>How many there are.</returns>
    public int Near(float limit, float[] distance, int[] slot)
    {
        var found = 0;
        ref var sums = ref MemoryMarshal.GetReference(stackalloc float[Tile]);
        for (var first = 0; first < Count; first += Tile)
        {
            if (!Distances(ref _values[first * _features], limit, ref sums))
                continue;
            var used = Math.Min(Tile, Count - first);
            for (var k = 0; k < used; k += Block)
            {
                var near = L.Below(L.Load(ref sums, (nuint)k), L.Fill(limit)) & (uint)((1L << Math.Min(Block, used - k)) - 1);
                for (; near != 0; near &= near - 1)
                {
                    var lane = k + int.TrailingZeroCount((int)near);
                    distance[found] = Unsafe.Add(ref sums, lane);
                    slot[found++] = first + lane;
                }
            }
        }
        return found;
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
        (_next, Count) = (state.ReadCount(size), state.ReadCount(size));
        state.Read<int>(_labels);
        state.ReadSparse().CopyTo(_values, 0);
    }

    /// <summary>Distances of a tile's 64 slots; false when all of them are seen to be beyond the limit before the end.</summary>
    private bool Distances(ref float tile, float limit, ref float sums)
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
                return false;
        }
        for (var j = numeric; j < _features; j++)
        {
            ref var values = ref Unsafe.Add(ref tile, j * Tile);
            var (q, two) = (L.Fill(_query[j]), L.Fill(Mismatch));
            s0 += L.WhereDifferent(L.Load(ref values, 0), q, two);
            s1 += L.WhereDifferent(L.Load(ref values, Block), q, two);
            s2 += L.WhereDifferent(L.Load(ref values, 2 * Block), q, two);
            s3 += L.WhereDifferent(L.Load(ref values, 3 * Block), q, two);
        }
        s0.Store(ref sums, 0);
        s1.Store(ref sums, Block);
        s2.Store(ref sums, 2 * Block);
        s3.Store(ref sums, 3 * Block);
        return true;
    }
}
