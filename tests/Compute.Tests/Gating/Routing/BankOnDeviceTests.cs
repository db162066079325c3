using CsCheck;
using MoE.Compute.Gating;
using MoE.Compute.Gating.Routing.Banks;
using MoE.Compute.Gating.Routing.Gpu;
using MoE.Compute.Numerics;
using MoE.Compute.Rosters;
using MoE.Compute.Tests.Gpu;
using Xunit;

namespace MoE.Compute.Tests.Gating.Routing;

[Collection(nameof(OneDevice))]
public sealed class BankOnDeviceTests(TestDevice device)
{
    private static readonly Gen<Case> Cases =
        from experts in Gen.Int[1, 300]
        from groups in Gen.Int[1, 4]
        from rows in Gen.Int[1, 9]
        from k in Gen.Int[1, Math.Min(experts, 12)]
        from coarse in Gen.Bool
        from seed in Gen.Int[0, 1_000_000]
        select new Case(experts, groups * ClassVectors.Block, rows, k, coarse, seed);

    [Fact]
    public void A_device_chooses_the_same_experts_with_the_same_bits_of_their_scores()
    {
        using var scorer = new BankOnDevice(device.Accelerator);
        Cases.Sample(some =>
        {
            var expected = some.Choose(new SimdBankScorer<Lanes16>());
            var found = some.Choose(scorer);
            Assert.Equal(expected.Best, found.Best);
            for (var i = 0; i < expected.Best.Length; i++)
                if (expected.Best[i] >= 0)
                    Assert.Equal(expected.Scores[i], found.Scores[i]);
        }, iter: 60, threads: 1);
    }

    [Fact]
    public void Of_a_bank_the_groups_alone_go_over_that_have_changed_since_the_last_one()
    {
        const int Group = 16 * 32;
        using var scorer = new BankOnDevice(device.Accelerator);
        var (random, simd) = (new Random(3), new SimdBankScorer<Lanes16>());
        var bank = new RouterBank([.. Enumerable.Range(0, 5 * Group).Select(_ => random.NextSingle())], new float[80], 32);
        var phi = Enumerable.Range(0, 4 * 32).Select(_ => random.NextSingle() - 0.5f).ToArray();
        foreach (var (groups, sent) in new (int[], int)[] { ([], 5), ([], 0), ([1, 2, 4], 3), ([0], 1), ([], 0) })
        {
            var before = scorer.BankBytes;
            foreach (var group in groups)
                bank.G[(group * Group) + random.Next(Group)] += 1f;
            Assert.Equal(Choose(simd), Choose(scorer));
            Assert.Equal(sent * Group * sizeof(float), scorer.BankBytes - before);
        }

        (int, float)[] Choose(IBankScorer by)
        {
            var (best, scores) = (new int[4 * 3], new float[4 * 3]);
            by.Choose(bank, phi, best, scores);
            return [.. best.Zip(scores)];
        }
    }

    [Fact]
    public void Scores_that_are_no_numbers_are_never_picked()
    {
        using var scorer = new BankOnDevice(device.Accelerator);
        var bank = new RouterBank(new float[16 * 16], [.. Enumerable.Range(0, 16).Select(e => e switch
        {
            2 => 1f,
            7 => 2f,
            8 => float.NaN,
            _ => float.NegativeInfinity,
        })], 16);
        var (best, scores) = (new int[4], new float[4]);
        scorer.Choose(bank, new float[16], best, scores);
        Assert.Equal([7, 2, -1, -1], best);
        Assert.Equal([2f, 1f], scores[..2]);
    }

    [Theory]
    [InlineData(RouterKind.Linear, 0f)]
    [InlineData(RouterKind.Linear, 1.2f)]
    [InlineData(RouterKind.Dense, 0f)]
    public void A_router_goes_the_same_way_whoever_scores(RouterKind kind, float capacity)
    {
        using var scorer = new BankOnDevice(device.Accelerator);
        var options = new RouterOptions { Kind = kind, Capacity = capacity };
        Assert.Equal(Run(options, null), Run(options, new BankScoring(scorer, 1, e => Assert.Fail(e.Message))));
    }

    [Fact]
    public void A_scorer_that_fails_is_told_of_once_and_changes_no_choice()
    {
        List<Exception> lost = [];
        var failing = new BankScoring(new FailingScorer(calls: 3), 1, lost.Add);
        Assert.Equal(Run(new RouterOptions(), null), Run(new RouterOptions(), failing));
        Assert.Equal("The device is gone.", Assert.Single(lost).Message);
    }

    [Fact]
    public void Small_banks_are_scored_here() => Assert.Equal(
        Run(new RouterOptions(), null),
        Run(new RouterOptions(), new BankScoring(new FailingScorer(calls: 0), 42, e => Assert.Fail(e.Message))));

    private static string Run(RouterOptions options, BankScoring? elsewhere)
    {
        var roster = Routers.Pool(40);
        var router = Routers.Create(roster, options, window: 2);
        if (elsewhere is not null)
            router.ScoreBanks(elsewhere);
        var choices = new List<int>();
        for (var batch = 1; batch < 12; batch++)
        {
            if (batch == 6)
                roster = roster.With(new RosterChange(6, RosterAction.Added, Routers.Expert(80, from: 6), ""));
            var rows = Routers.Rows(new Random(batch), 10);
            var chosen = new int[rows.Length * router.Begin(batch, rows.Length, roster)];
            router.Choose(rows.SelectMany(phi => phi).ToArray(), chosen);
            choices.AddRange(chosen);
            router.Reshape(roster);
            foreach (var (row, some) in chosen.Chunk(chosen.Length / rows.Length).Index())
                Routers.Learn(
                    router, rows[row], some, [.. some.Select(e => rows[row][1 + (e % 5)] > 0f ? 0.8f : 0.2f)]);
            router.Mark(batch);
        }
        return string.Join(',', choices) + Fingerprints.Of(router.Save);
    }

    /// <param name="Experts">Experts that may be chosen.</param>
    /// <param name="Stride">Length of φ.</param>
    /// <param name="Rows">Rows.</param>
    /// <param name="K">Experts per row.</param>
    /// <param name="IsCoarse">Whether numbers are so few that many scores are equal.</param>
    /// <param name="Seed">Where they come from.</param>
    private sealed record Case(int Experts, int Stride, int Rows, int K, bool IsCoarse, int Seed)
    {
        public (int[] Best, float[] Scores) Choose(IBankScorer scorer)
        {
            var random = new Random(Seed);
            var padded = ClassVectors.Padded(Experts);
            var bias = new float[padded];
            bias.AsSpan().Fill(float.NegativeInfinity);
            for (var e = 0; e < Experts; e++)
                bias[e] = random.Next(10) == 0 ? float.NegativeInfinity : Number(random);
            var bank = new RouterBank(Numbers(random, padded * Stride), bias, Stride);
            var features = random.Next(1, Stride + 1);
            float[] phi = [.. Numbers(random, Rows * Stride).Select((x, i) => i % Stride < features ? x : 0f)];
            var (best, scores) = (new int[Rows * K], new float[Rows * K]);
            scorer.Choose(bank, phi, best, scores);
            return (best, scores);
        }

        private float[] Numbers(Random random, int count) =>
            [.. Enumerable.Range(0, count).Select(_ => Number(random))];

        private float Number(Random random) => IsCoarse ? random.Next(-1, 2) : (2f * random.NextSingle()) - 1f;
    }

    private sealed class FailingScorer(int calls) : IBankScorer
    {
        private readonly SimdBankScorer<Lanes16> _scorer = new();
        private int _left = calls;

        public void Choose(RouterBank bank, ReadOnlySpan<float> phi, Span<int> best, Span<float> scores)
        {
            if (_left-- <= 0)
                throw new InvalidOperationException("The device is gone.");
            _scorer.Choose(bank, phi, best, scores);
        }
    }
}
