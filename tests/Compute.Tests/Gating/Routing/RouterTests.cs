using CsCheck;
using MoE.Compute.Files;
using MoE.Compute.Gating;
using MoE.Compute.Gating.Routing;
using MoE.Compute.Numerics;
using MoE.Compute.Tests.Experts;
using Xunit;

namespace MoE.Compute.Tests.Gating.Routing;

public sealed class RouterTests
{
    private const int Stride = Routers.Stride;
    private static readonly Gen<float[]> Phi = Gen.Float[-2f, 2f].Array[Stride];

    [Fact]
    public void A_row_is_seen_by_k_different_experts_and_never_by_more_than_there_are() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[1, 50], Phi).Sample((experts, topK, phi) =>
        {
            var router = Create(experts, new RouterOptions { TopK = topK }, window: 1);
            var chosen = Routers.Choose(router, Routers.Pool(experts), 1, phi);
            Assert.Equal(Math.Min(topK, experts), chosen.Length);
            Assert.Equal(chosen.Length, chosen.Distinct().Count());
            Assert.All(chosen, e => Assert.InRange(e, 0, experts - 1));
        }, iter: 500);

    [Fact]
    public void The_bias_chooses_but_never_weighs() =>
        Gen.Select(Phi, Phi.Array[1, 50]).Sample((phi, rows) =>
        {
            var fair = Create(8, new() { BiasRate = 0f, TopK = 3 }, 1);
            var biased = Create(8, new() { BiasRate = 0.1f, TopK = 3 }, 1);
            foreach (var row in rows)
                foreach (var router in (Router<Lanes16>[])[fair, biased])
                    Routers.Learn(router, row, [0, 1, 2], [0.5f, 0.3f, 0.2f]);
            Assert.Equal(Routers.Weigh(fair, phi, [0, 1, 2]), Routers.Weigh(biased, phi, [0, 1, 2]));
            biased.Mark(0);
            Assert.DoesNotContain(
                Routers.Choose(biased, Routers.Pool(8), 0, new float[Stride]), e => rows.Length > 0 && e < 3);
        }, iter: 200);

    [Fact]
    public void Weights_are_the_softmax_of_the_chosen_scores_and_learn_towards_responsibilities() =>
        Gen.Select(Phi, Phi, Gen.Float[0f, 1f].Array[3]).Sample((phi, other, ofTruth) =>
        {
            int[] chosen = [4, 0, 2];
            var (router, plain) = (Create(5, new() { TopK = 3, Rate = 0.2f }, 1), PlainScores(5));
            var weight = Routers.Weigh(router, phi, chosen);
            var g = Softmax(chosen.Select(e => Dot(plain[e], phi)));
            for (var i = 0; i < 3; i++)
                Assert.Equal(g[i], weight[i], 1e-5);
            router.Learn(phi, chosen, weight, ofTruth, new bool[3]);
            var total = 1e-9 + g.Zip(ofTruth, (w, p) => w * p).Sum();
            for (var i = 0; i < 3; i++)
                for (var p = 0; p < Stride; p++)
                    plain[chosen[i]][p] += 0.2 * ((g[i] * ofTruth[i] / total) - g[i]) * phi[p];
            var after = Softmax(chosen.Select(e => Dot(plain[e], other)));
            Assert.Equal(after, Routers.Weigh(router, other, chosen).Select(w => (double)w),
                (a, b) => Math.Abs(a - b) < 1e-4);
        }, iter: 300);

    [Fact]
    public void The_bias_rises_by_the_share_and_falls_by_one_step_when_chosen()
    {
        // scores are 0 for a row of nothing, so what is chosen is the bias alone, lowest number first
        var router = Create(4, new() { TopK = 2, BiasRate = 0.01f }, window: 1);
        var nothing = new float[Stride];
        List<int[]> choices = [];
        for (var batch = 0; batch < 4; batch++)
        {
            choices.Add(Routers.Choose(router, Routers.Pool(4), batch, nothing));
            Routers.Learn(router, nothing, choices[^1], [0.5f, 0.5f]);
            router.Mark(batch + 1);
            router.Mark(batch + 2);
        }
        Assert.Equal([[0, 1], [2, 3], [0, 1], [2, 3]], choices);
    }

    [Fact]
    public void The_bias_keeps_every_expert_in_use_on_random_rows()
    {
        var router = Create(16, new() { TopK = 4, BiasRate = 0.01f, Rate = 0.2f }, window: 1);
        var (random, used) = (new Random(1), new int[16]);
        for (var batch = 1; batch <= 400; batch++)
        {
            for (var row = 0; row < 16; row++)
            {
                float[] phi = [1f, .. Enumerable.Range(1, Stride - 1).Select(_ => random.NextSingle() - 0.5f)];
                var chosen = Routers.Choose(router, Routers.Pool(16), batch, phi);
                // expert 0 is always right, the others rarely: without a bias it would see every row
                Routers.Learn(router, phi, chosen, [.. chosen.Select(e => e == 0 ? 0.99f : 0.3f)]);
                if (batch > 200)
                    foreach (var e in chosen)
                        used[e]++;
            }
            router.Mark(batch);
        }
        var fair = 200 * 16 * 4 / 16;
        Assert.All(used, count => Assert.InRange(count, fair / 2, fair * 2));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public void Choices_lag_by_exactly_the_window(int window)
    {
        var options = new RouterOptions { TopK = 2, Rate = 1f };
        var (lagging, fresh) = (Create(6, options, window), Create(6, options, 1));
        var random = new Random(2);
        float[][] rows = [.. Enumerable.Range(0, 30 * Stride).Select(_ => random.NextSingle() - 0.5f).Chunk(Stride)];
        List<int[][]> versions = [[.. rows.Select(phi => Routers.Choose(fresh, Routers.Pool(6), 1, phi))]];
        for (var batch = 1; batch <= 40; batch++)
        {
            Assert.Equal(versions[Math.Max(0, batch - window)],
                rows.Select(phi => Routers.Choose(lagging, Routers.Pool(6), batch, phi)));
            foreach (var phi in rows)
            {
                var chosen = Routers.Choose(fresh, Routers.Pool(6), batch, phi);
                float[] ofTruth = [random.NextSingle(), random.NextSingle()];
                Routers.Learn(lagging, phi, chosen, ofTruth);
                Routers.Learn(fresh, phi, chosen, ofTruth);
            }
            lagging.Mark(batch);
            fresh.Mark(batch);
            versions.Add([.. rows.Select(phi => Routers.Choose(fresh, Routers.Pool(6), batch + 1, phi))]);
        }
        Assert.True(versions.Select(v => string.Join(',', v.SelectMany(c => c))).Distinct().Count() > 20);
    }

    private static Router<Lanes16> Create(int experts, RouterOptions options, int window) =>
        Routers.Create(Routers.Pool(experts), options, window);

    /// <summary>The first scores, as they are saved.</summary>
    private static double[][] PlainScores(int experts)
    {
        var g = new StateReader(Routers.Image(Create(experts, new(), 1))).ReadArray<float>();
        return [.. g.Chunk(Stride).Select(row => row.Select(v => (double)v).ToArray())];
    }

    private static double Dot(double[] w, float[] x) => w.Zip(x, (a, b) => a * b).Sum();

    private static double[] Softmax(IEnumerable<double> scores) => ExpertReference.Softmax([.. scores]);
}
