using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MoE.Compute.Numerics;

namespace MoE.Compute.Gating.Routing.Banks;

/// <summary>
/// Scores rows by a bank and picks the best experts of each. Every implementation gives the same bits where products
/// are added to sums with one rounding, so that it does not matter which one chooses. Not safe for several threads.
/// </summary>
public interface IBankScorer
{
    /// <summary>
    /// Picks the K experts of the highest score for each of B rows, best first; of equal ones the lowest place. Scores
    /// that are -∞ or no numbers are never picked.
    /// </summary>
    /// <param name="bank">Whom to choose from.</param>
    /// <param name="phi">φ (B, P).</param>
    /// <param name="best">Places (B, K); -1 if a row has no more scores.</param>
    /// <param name="scores">Their scores (B, K); unspecified if there is no place.</param>
    void Choose(RouterBank bank, ReadOnlySpan<float> phi, Span<int> best, Span<float> scores);
}

/// <summary>Has the experts of big banks chosen elsewhere than on the CPU.</summary>
/// <param name="Scorer">Who chooses.</param>
/// <param name="FewestExperts">The smallest bank that is worth the way there; 1 or more.</param>
/// <param name="Lost">Is told why the scorer failed; the CPU has chosen in its place, and does from then on.</param>
public sealed record BankScoring(IBankScorer Scorer, int FewestExperts, Action<Exception> Lost);

/// <summary>What one version of the router scores rows by: score = G φ + bias.</summary>
/// <param name="G">G in groups of 16 experts, (N / 16, P, 16).</param>
/// <param name="Bias">At least N biases; -∞ for an expert that must not be chosen, as those that pad a group.</param>
/// <param name="PhiStride">Length of φ, P.</param>
public readonly record struct RouterBank(float[] G, float[] Bias, int PhiStride)
{
    /// <summary>Groups of 16 experts.</summary>
    public int Groups => G.Length / (ClassVectors.Block * PhiStride);

    /// <summary>Experts, N, in whole groups.</summary>
    public int Experts => Groups * ClassVectors.Block;

    /// <summary>Number of the features from which on φ is 0.</summary>
    internal static int Features(ReadOnlySpan<float> phi)
    {
        var count = phi.Length;
        while (count > 0 && phi[count - 1] == 0f)
            count--;
        return count;
    }

    /// <summary>g of the 16 experts of a group, each summed in the order of <see cref="PhiRows.Score"/>.</summary>
    /// <param name="group">The group.</param>
    /// <param name="phi">φ (P).</param>
    /// <param name="features">From where on φ is 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal L Scores<L>(int group, ReadOnlySpan<float> phi, int features) where L : struct, ILanes<L>
    {
        ref var g = ref G[group * PhiStride * ClassVectors.Block];
        ref var x = ref MemoryMarshal.GetReference(phi);
        // halves are added until one is left, as ILanes.Sum does across the lanes of one expert
        return Quarter<L>(ref g, ref x, 0, features) + Quarter<L>(ref g, ref x, 2, features)
            + (Quarter<L>(ref g, ref x, 1, features) + Quarter<L>(ref g, ref x, 3, features));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static L Quarter<L>(ref float g, ref float x, int first, int features) where L : struct, ILanes<L> =>
        Products<L>(ref g, ref x, first, features) + Products<L>(ref g, ref x, first + 8, features)
        + (Products<L>(ref g, ref x, first + 4, features) + Products<L>(ref g, ref x, first + 12, features));

    /// <summary>Σ g[p] φ[p] over the p of one lane: first, first + 16, first + 32, ...</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static L Products<L>(ref float g, ref float x, int first, int features) where L : struct, ILanes<L>
    {
        var sum = L.Broadcast(0f);
        for (var p = first; p < features; p += ClassVectors.Block)
            sum = L.MultiplyAdd(L.Load(ref g, (nuint)(p * ClassVectors.Block)), L.Broadcast(Unsafe.Add(ref x, p)), sum);
        return sum;
    }
}

/// <summary>The definition: 16 experts at once, for a few rows after each other.</summary>
internal sealed class SimdBankScorer<L> : IBankScorer where L : struct, ILanes<L>
{
    /// <summary>Rows scored together, so that the weights of a group of experts are read once for all.</summary>
    private const int RowsAtOnce = 16;

    private float[] _scores = [];

    /// <summary>Scores (N) of all experts for the row that was chosen for, if it was the only one.</summary>
    public ReadOnlySpan<float> ScoresOf(RouterBank bank) => _scores.AsSpan(0, bank.Experts);

    /// <inheritdoc/>
    public void Choose(RouterBank bank, ReadOnlySpan<float> phi, Span<int> best, Span<float> scores)
    {
        var (experts, rows) = (bank.Experts, phi.Length / bank.PhiStride);
        var k = best.Length / rows;
        if (_scores.Length < Math.Min(rows, RowsAtOnce) * experts)
            _scores = new float[Math.Min(rows, RowsAtOnce) * experts];
        for (var row = 0; row < rows; row++)
        {
            if (row % RowsAtOnce == 0)
                Score(bank, phi.Slice(row * bank.PhiStride, Math.Min(rows - row, RowsAtOnce) * bank.PhiStride));
            var of = _scores.AsSpan(row % RowsAtOnce * experts, experts);
            var picked = best.Slice(row * k, k);
            picked[TopK.Select<L>(of, picked, scores.Slice(row * k, k))..].Fill(-1);
        }
    }

    private void Score(RouterBank bank, ReadOnlySpan<float> phi)
    {
        var (groups, experts, stride) = (bank.Groups, bank.Experts, bank.PhiStride);
        var rows = phi.Length / stride;
        Span<int> features = stackalloc int[RowsAtOnce];
        for (var row = 0; row < rows; row++)
            features[row] = RouterBank.Features(phi.Slice(row * stride, stride));
        for (var group = 0; group < groups; group++)
        {
            var at = group * ClassVectors.Block;
            var bias = L.Load(ref bank.Bias[0], (nuint)at);
            for (var row = 0; row < rows; row++)
                (bank.Scores<L>(group, phi.Slice(row * stride, stride), features[row]) + bias)
                    .Store(ref _scores[0], (nuint)((row * experts) + at));
        }
    }
}
