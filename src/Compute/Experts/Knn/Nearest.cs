using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MoE.Compute.Encoding;
using MoE.Compute.Numerics;

namespace MoE.Compute.Experts.Knn;

/// <summary>
/// Finds the k smallest of a list of distances by narrowing down a value that k of them are below: no sorting, no
/// branches per item.
/// </summary>
internal static class Nearest<L> where L : struct, ILanes<L>
{
    private const int Block = ClassVectors.Block;

    /// <summary>Values that are guessed by what was counted, before bits are halved, which always ends.</summary>
    private const int Guesses = 12;

    /// <summary>
    /// Moves the <paramref name="k"/> smallest distances and their labels to the front, in their order; among equal
    /// distances the first ones. Distances are finite, from 0 to <paramref name="limit"/>, and both arrays have room up
    /// to a whole block; what follows the k is undefined afterwards.
    /// </summary>
    /// <returns>The greatest distance kept, or the limit when there were k or fewer.</returns>
    public static float Keep(float[] distance, float[] label, int count, int k, float limit)
    {
        if (count <= k)
            return limit;
        distance.AsSpan(count, ClassVectors.Padded(count) - count).Fill(float.PositiveInfinity);
        var (low, high) = (0, BitConverter.SingleToInt32Bits(MathF.BitIncrement(MathF.Min(limit, float.MaxValue))));
        var (missing, surplus, ties, moved) = ((float)k, (float)(count - k), k, 0);
        for (var tried = 0; high - low > 1; tried++)
        {
            // those in a ball grow with some power of its radius: at first a square is taken
            var way = tried == 0 ? MathF.Sqrt((float)k / count) : missing / (missing + surplus);
            var middle = tried < Guesses ? Between(low, high, way) : low + ((high - low) / 2);
            var value = BitConverter.Int32BitsToSingle(middle);
            var found = CountBelow(distance, count, value);
            if (found == k)
                return Gather(distance, label, count, value);
            // an end that stays twice counts half, so that guesses come from both sides (the Illinois rule)
            if (found < k)
            {
                surplus = moved < 0 ? 0.5f * surplus : surplus;
                (low, missing, ties, moved) = (middle, k - found, k - found, -1);
            }
            else
            {
                missing = moved > 0 ? 0.5f * missing : missing;
                (high, surplus, moved) = (middle, found - k, 1);
            }
        }
        return GatherWithTies(distance, label, count, BitConverter.Int32BitsToSingle(low), ties);
    }

    /// <summary>
    /// Moves the <paramref name="k"/> smallest distances and their labels to the front, in their order, and maybe some
    /// more, <paramref name="most"/> in all at most: a value is taken as soon as so many are below it, which takes a
    /// few guesses where finding just k takes a dozen.
    /// </summary>
    /// <returns>How many were kept, and what all of those are below; further ones of the k smallest are, too.</returns>
    public static (int Count, float Limit) Shrink(
        float[] distance, float[] label, int count, int k, int most, float limit)
    {
        distance.AsSpan(count, ClassVectors.Padded(count) - count).Fill(float.PositiveInfinity);
        var (low, high) = (0f, MathF.Min(limit, Greatest(distance, count)));
        var (few, many) = (0, count);
        for (var tried = 0; tried < Guesses; tried++)
        {
            var way = tried == 0 ? MathF.Sqrt((k + most) / (2f * count)) : (((k + most) / 2f) - few) / (many - few);
            var value = low + (way * (high - low));
            var found = CountBelow(distance, count, value);
            if (found >= k && found <= most)
            {
                Gather(distance, label, count, value);
                return (found, value);
            }
            if (found < k)
                (low, few) = (value, found);
            else
                (high, many) = (value, found);
        }
        return (k, Keep(distance, label, count, k, limit));
    }

    private static float Greatest(float[] distance, int count)
    {
        ref var d = ref MemoryMarshal.GetArrayDataReference(distance);
        var greatest = L.Broadcast(0f);
        for (nuint i = 0; i < (nuint)(count / Block * Block); i += Block)
            greatest = L.Max(greatest, L.Load(ref d, i));
        var rest = greatest.MaxAcross();
        for (var i = count / Block * Block; i < count; i++)
            rest = Math.Max(rest, distance[i]);
        return MathF.BitIncrement(rest);
    }

    /// <summary>
    /// The bits of a value that far on the way from one to another; where none lies there, of one half way between
    /// their bits.
    /// </summary>
    private static int Between(int low, int high, float way)
    {
        var (from, to) = (BitConverter.Int32BitsToSingle(low), BitConverter.Int32BitsToSingle(high));
        var value = BitConverter.SingleToInt32Bits(from + (way * (to - from)));
        return value > low && value < high ? value : low + ((high - low) / 2);
    }

    private static int CountBelow(float[] distance, int count, float value)
    {
        ref var d = ref MemoryMarshal.GetArrayDataReference(distance);
        var limit = L.Broadcast(value);
        var found = 0;
        for (var i = 0; i < count; i += Block)
            found += BitOperations.PopCount(L.Below(L.Load(ref d, (nuint)i), limit));
        return found;
    }

    /// <summary>Keeps what is below the value; says the greatest distance kept.</summary>
    private static float Gather(float[] distance, float[] label, int count, float below)
    {
        var kept = 0;
        var greatest = L.Broadcast(0f);
        ref var d = ref MemoryMarshal.GetArrayDataReference(distance);
        ref var of = ref MemoryMarshal.GetArrayDataReference(label);
        var limit = L.Broadcast(below);
        for (nuint first = 0; first < (nuint)count; first += Block)
        {
            var block = L.Load(ref d, first);
            greatest = L.Max(greatest, L.MaskPositive(limit - block, block));
            kept += L.PackBelow(block, limit, L.Load(ref of, first),
                ref Unsafe.Add(ref d, kept), ref Unsafe.Add(ref of, kept));
        }
        return greatest.MaxAcross();
    }

    /// <summary>Keeps what is below the value, and the first <paramref name="ties"/> that are equal to it.</summary>
    private static float GatherWithTies(float[] distance, float[] label, int count, float below, int ties)
    {
        var kept = 0;
        for (var i = 0; i < count; i++)
        {
            var d = distance[i];
            if (d > below || (d == below && ties-- <= 0))
                continue;
            (distance[kept], label[kept]) = (d, label[i]);
            kept++;
        }
        return below;
    }
}

/// <summary>
/// What a search has found for one row so far: distances and labels in the order of their slots, all within a limit
/// that falls as soon as enough nearer ones are found.
/// </summary>
/// <param name="wide">How many are looked for at most.</param>
/// <param name="room">How many there is room for; the fewer, the sooner the limit falls.</param>
internal sealed class Neighbours<L>(int wide, int room) where L : struct, ILanes<L>
{
    /// <summary>The distances.</summary>
    public float[] Distance { get; } = new float[ClassVectors.Padded(room)];

    /// <summary>Their labels, as floats.</summary>
    public float[] Label { get; } = new float[ClassVectors.Padded(room)];

    /// <summary>How many there are.</summary>
    public int Count { get; set; }

    /// <summary>What further distances must be below to be among the nearest.</summary>
    public float Limit { get; private set; }

    /// <summary>What all distances are up to.</summary>
    public float Bound { get; private set; }

    /// <summary>Forgets all.</summary>
    public void Start(float limit) => (Count, Limit, Bound) = (0, limit, limit);

    /// <summary>Makes sure that a tile's slots fit: of too many, only the nearest stay.</summary>
    public void MakeRoom()
    {
        if (Count + KnnRule.Tile <= Distance.Length)
            return;
        (Count, Limit) = Nearest<L>.Shrink(Distance, Label, Count, wide, wide + (wide / 2), Limit);
    }

    /// <summary>Adds those of later slots, and keeps the k nearest of all; of equally far ones the first.</summary>
    /// <returns>Whether there are k.</returns>
    public bool Keep(int k, Neighbours<L> later)
    {
        if (Count + later.Count > Distance.Length)
        {
            Nearest<L>.Keep(Distance, Label, Count, wide, Bound);
            Nearest<L>.Keep(later.Distance, later.Label, later.Count, wide, later.Bound);
            (Count, later.Count) = (Math.Min(Count, wide), Math.Min(later.Count, wide));
        }
        later.Distance.AsSpan(0, later.Count).CopyTo(Distance.AsSpan(Count));
        later.Label.AsSpan(0, later.Count).CopyTo(Label.AsSpan(Count));
        Nearest<L>.Keep(Distance, Label, Count + later.Count, k, later.Bound);
        Count = Math.Min(Count + later.Count, k);
        return Count == k;
    }
}

/// <summary>
/// Finds the nearest of a ring's rows for some rows at once, which are then added one after the other: all tiles but
/// the one that they are added to are searched for all of them together.
/// </summary>
internal sealed class WindowSearch<L>(SlidingWindow<L> ring, int wide, int room) where L : struct, ILanes<L>
{
    /// <summary>
    /// How far beyond the usual a search looks at first; what a search in vain, which costs a second one, multiplies
    /// that by, and what every other does. It changes how long a search takes, and not what it finds.
    /// </summary>
    private const float Reach = 1.6f, Farther = 1.3f, Nearer = 0.997f, LeastReach = 1.1f, MostReach = 8f;

    private readonly Neighbours<L>[] _before = Lists(ring, wide, room);
    private readonly Neighbours<L>[] _behind = Lists(ring, wide, room);
    private float _reach = Reach;
    private bool _isOne;

    /// <summary>
    /// Takes rows that are looked for, and added next, at most <see cref="SlidingWindow{L}.LeftInTile"/>.
    /// </summary>
    /// <param name="batch">What the rows are taken from.</param>
    /// <param name="rows">The rows, at most <see cref="SlidingWindow{L}.RowsAtOnce"/>.</param>
    /// <param name="usual">The usual distance of the last neighbour; 0 if none is known.</param>
    public void Start(FeatureBatch batch, ReadOnlySpan<int> rows, float usual)
    {
        var before = _before.AsSpan(0, rows.Length);
        var behind = _behind.AsSpan(0, rows.Length);
        for (var i = 0; i < rows.Length; i++)
        {
            ring.Read(batch, rows[i], i);
            before[i].Start(usual > 0f ? _reach * usual : float.PositiveInfinity);
        }
        _isOne = rows.Length == 1;
        if (_isOne)
            return;
        ring.Search(0, ring.NextTile, 0, before);
        for (var i = 0; i < rows.Length; i++)
            behind[i].Start(before[i].Limit);
        ring.Search(ring.NextTile + 1, ring.Tiles, 0, behind);
    }

    /// <summary>
    /// The k nearest to one of the rows, after those before it were added; their order is that of the slots.
    /// </summary>
    public Neighbours<L> Find(int place, int k)
    {
        var found = _before[place];
        var one = _before.AsSpan(place, 1);
        var behind = _behind[place];
        if (_isOne)
        {
            ring.Search(0, ring.Tiles, place, one);
            behind.Start(found.Bound);
        }
        else
            ring.Search(ring.NextTile, ring.NextTile + 1, place, one);
        if (found.Keep(k, behind))
            _reach = Math.Max(LeastReach, Nearer * _reach);
        else
        {
            _reach = Math.Min(MostReach, Farther * _reach);
            found.Start(float.PositiveInfinity);
            ring.Search(0, ring.Tiles, place, one);
            behind.Start(found.Bound);
            found.Keep(k, behind);
        }
        return found;
    }

    private static Neighbours<L>[] Lists(SlidingWindow<L> ring, int wide, int room) =>
        [.. Enumerable.Range(0, ring.RowsAtOnce).Select(_ => new Neighbours<L>(wide, room))];
}
