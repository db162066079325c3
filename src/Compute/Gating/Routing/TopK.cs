using System.Numerics;
using System.Runtime.InteropServices;
using MoE.Compute.Simd;

namespace MoE.Compute.Gating.Routing;

/// <summary>
/// The places of the highest scores, highest first; of equal ones the lowest place. Scores come in blocks of 16, in
/// the order of their places; those that are -∞ or no numbers are never taken.
/// </summary>
/// <param name="best">The places, one at least.</param>
/// <param name="scores">Their scores.</param>
/// <param name="room">Room for one block.</param>
internal ref struct TopK<L>(Span<int> best, Span<float> scores, Span<float> room) where L : struct, ILanes<L>
{
    private readonly Span<int> _best = best;
    private readonly Span<float> _scores = scores;
    private readonly Span<float> _room = room;
    private float _least = float.NegativeInfinity;

    /// <summary>Places found so far.</summary>
    public int Taken { get; private set; }

    /// <summary>Takes those of a block that are among the best.</summary>
    /// <param name="first">Place of the block's first score.</param>
    /// <param name="block">Its scores.</param>
    public void Offer(int first, L block)
    {
        var above = L.Below(L.Fill(_least), block);
        if (above == 0)
            return;
        block.Store(ref MemoryMarshal.GetReference(_room), 0);
        for (; above != 0; above &= above - 1)
        {
            var lane = BitOperations.TrailingZeroCount(above);
            if (_room[lane] > _least)
                Insert(first + lane, _room[lane]);
        }
    }

    private void Insert(int place, float score)
    {
        var at = Taken < _best.Length ? Taken++ : Taken - 1;
        for (; at > 0 && score > _scores[at - 1]; at--)
            (_best[at], _scores[at]) = (_best[at - 1], _scores[at - 1]);
        (_best[at], _scores[at]) = (place, score);
        if (Taken == _best.Length)
            _least = _scores[Taken - 1];
    }
}
