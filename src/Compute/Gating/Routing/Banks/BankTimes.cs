using System.Runtime.Intrinsics;
using MoE.Compute.Numerics;

namespace MoE.Compute.Gating.Routing.Banks;

/// <summary>Measures how long a choice takes, so that a start-up can decide what is to score.</summary>
/// <param name="phiStride">Length of φ, a multiple of 16.</param>
/// <param name="rows">Rows of a batch.</param>
/// <param name="k">Experts chosen per row.</param>
/// <param name="clock">What is looked at.</param>
public sealed class BankTimes(int phiStride, int rows, int k, TimeProvider clock)
{
    private const int Repeats = 15;
    private const int WarmUps = 5;
    private const int SmallestBank = 16;
    private const int GreatestBank = 1 << 14;

    /// <summary>The scorer of this machine's CPU, in its widest vectors.</summary>
    public static IBankScorer Simd() => Vector512.IsHardwareAccelerated ? new SimdBankScorer<Lanes16>()
        : Vector256.IsHardwareAccelerated ? new SimdBankScorer<Pair<Lanes8>>()
        : new SimdBankScorer<Pair<Pair<Lanes4>>>();

    /// <summary>The median time that a scorer takes for one batch and a bank of that many experts.</summary>
    public TimeSpan Of(IBankScorer scorer, int experts)
    {
        ArgumentNullException.ThrowIfNull(scorer);
        ArgumentOutOfRangeException.ThrowIfLessThan(experts, 1);
        var padded = ClassVectors.Padded(experts);
        var bias = new float[padded];
        bias.AsSpan(experts).Fill(float.NegativeInfinity);
        var bank = new RouterBank(Numbers(1, padded * phiStride), bias, phiStride);
        var phi = Numbers(2, rows * phiStride);
        var (best, scores) = (new int[rows * k], new float[rows * k]);
        var times = new List<TimeSpan>();
        for (var i = -WarmUps; i < Repeats; i++)
        {
            var start = clock.GetTimestamp();
            scorer.Choose(bank, phi, best, scores);
            if (i >= 0)
                times.Add(clock.GetElapsedTime(start));
        }
        return times.Order().ElementAt(Repeats / 2);
    }

    /// <summary>
    /// The smallest bank, doubling from 16 experts to 16,384, from which on a scorer is faster than another;
    /// <see cref="int.MaxValue"/> if it is not even at the greatest.
    /// </summary>
    public int FewestExperts(IBankScorer scorer, IBankScorer other)
    {
        var fewest = int.MaxValue;
        for (var experts = GreatestBank; experts >= SmallestBank; experts /= 2)
        {
            if (Of(scorer, experts) >= Of(other, experts))
                break;
            fewest = experts;
        }
        return fewest;
    }

    private static float[] Numbers(ulong stream, int count)
    {
        var numbers = new float[count];
        for (var i = 0; i < count; i++)
            numbers[i] = CounterRandom.Uniform(0, stream, (ulong)i) - 0.5f;
        return numbers;
    }
}
