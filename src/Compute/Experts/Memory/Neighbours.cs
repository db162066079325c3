using MoE.Compute.Simd;

namespace MoE.Compute.Experts.Memory;

/// <summary>
/// What a search has found for one row so far: distances and labels in the order of their slots, all within a limit
/// that falls as soon as enough nearer ones are found.
/// </summary>
/// <param name="wide">How many are looked for at most.</param>
/// <param name="room">How many there is room for; the fewer, the sooner the limit falls.</param>
internal sealed class Neighbours<L>(int wide, int room) where L : struct, ILanes<L>
{
    /// <summary>The distances.</summary>
    public float[] Distance { get; } = new float[ClassRows.Padded(room)];

    /// <summary>Their labels, as floats.</summary>
    public float[] Label { get; } = new float[ClassRows.Padded(room)];

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
        if (Count + MemoryRule.Tile <= Distance.Length)
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
