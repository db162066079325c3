using ILGPU.Runtime;
using MoE.Compute.Gating.Routing.Banks;
using MoE.Compute.Gating.Routing.Gpu;
using MoE.Compute.Numerics;

namespace MoE.Compute.Checks;

/// <summary>Compares the choice of experts on an accelerator with its definition in C#, over random banks.</summary>
internal static class RoutingCheck
{
    private const int Rows = 32;

    /// <summary>What comes of so many banks; a difference without end where other experts are chosen.</summary>
    public static KernelFinding Run(Accelerator accelerator, int banks, ulong seed)
    {
        using var scorer = new BankOnDevice(accelerator);
        var (difference, replays) = (0d, true);
        for (var bank = 0; bank < banks; bank++)
        {
            var random = new Random((int)(CounterRandom.Bits(seed, 1, (ulong)bank) & int.MaxValue));
            var (of, phi, k) = Any(random);
            var expected = Choose(new SimdBankScorer<Lanes16>(), of, phi, k);
            var (found, again) = (Choose(scorer, of, phi, k), Choose(scorer, of, phi, k));
            difference = Math.Max(difference, Difference(expected, found));
            replays &= found.Best.SequenceEqual(again.Best) && Difference(found, again) == 0;
        }
        return new KernelFinding(SelfTest.Router, banks * Rows, difference, 0, 0, replays, KeepsImages: true);
    }

    private static (RouterBank Bank, float[] Phi, int K) Any(Random random)
    {
        var (experts, stride) = (1 + random.Next(300), ClassVectors.Block * (1 + random.Next(4)));
        var padded = ClassVectors.Padded(experts);
        var bias = new float[padded];
        bias.AsSpan(experts).Fill(float.NegativeInfinity);
        for (var e = 0; e < experts; e++)
            bias[e] = random.Next(10) == 0 ? float.NegativeInfinity : Number(random);
        return (new RouterBank(Numbers(random, padded * stride), bias, stride), Numbers(random, Rows * stride),
            1 + random.Next(Math.Min(experts, 12)));
    }

    private static (int[] Best, float[] Scores) Choose(IBankScorer scorer, RouterBank bank, float[] phi, int k)
    {
        var (best, scores) = (new int[Rows * k], new float[Rows * k]);
        scorer.Choose(bank, phi, best, scores);
        return (best, scores);
    }

    private static double Difference((int[] Best, float[] Scores) expected, (int[] Best, float[] Scores) found) =>
        !expected.Best.SequenceEqual(found.Best) ? double.PositiveInfinity
        : expected.Best.Index().Max(chosen => chosen.Item < 0
            ? 0 : Math.Abs((double)expected.Scores[chosen.Index] - found.Scores[chosen.Index]));

    private static float[] Numbers(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => Number(random))];

    private static float Number(Random random) => (2f * random.NextSingle()) - 1f;
}
