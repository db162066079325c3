using MoE.Compute.Encoding;
using MoE.Compute.Numerics;

namespace MoE.Compute.Experts.Knn;

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
    /// <param name="usual">The usual distance of the last neighbour; 0 where none is known.</param>
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
