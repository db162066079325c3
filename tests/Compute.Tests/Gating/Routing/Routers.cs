using MoE.Compute.Experts;
using MoE.Compute.Files;
using MoE.Compute.Gating;
using MoE.Compute.Gating.Routing;
using MoE.Compute.Numerics;
using MoE.Compute.Rosters;

namespace MoE.Compute.Tests.Gating.Routing;

/// <summary>Routers over small pools, and what a gate does with them.</summary>
internal static class Routers
{
    public const int Stride = 16;

    public static Roster Pool(int experts) => Pool(Enumerable.Range(0, experts).Select(key => (long)key));

    /// <summary>A pool of routed experts of these keys.</summary>
    public static Roster Pool(IEnumerable<long> keys) => new([.. keys.Select(key => Expert(key))], 1000);

    public static Member Expert(long key, long? parent = null, long from = 0) =>
        new(key, $"e-{key}", new ExpertSpec($"e-{key}", ExpertRole.Routed, "mlp"))
        {
            Since = from,
            HeardFrom = from + 1,
            Parent = parent,
            Seed = 1,
        };

    public static Router<Lanes16> Create(Roster roster, RouterOptions options, int window) =>
        new(options, roster, Stride, window, seed: 3);

    /// <summary>The choice for one row, a batch of its own.</summary>
    public static int[] Choose<L>(Router<L> router, Roster roster, long batch, float[] phi)
        where L : struct, ILanes<L>
    {
        var chosen = new int[router.Begin(batch, 1, roster)];
        router.Choose(phi, chosen);
        return chosen;
    }

    public static float[] Weigh<L>(Router<L> router, float[] phi, int[] chosen) where L : struct, ILanes<L>
    {
        var weight = new float[chosen.Length];
        router.Weigh(phi, chosen, weight);
        return weight;
    }

    public static void Learn<L>(Router<L> router, float[] phi, int[] chosen, float[] ofTruth)
        where L : struct, ILanes<L> =>
        router.Learn(phi, chosen, Weigh(router, phi, chosen), ofTruth, [.. ofTruth.Select(p => p > 0.5f)]);

    /// <summary>Chooses for a batch of rows and learns them; answers the slots of each.</summary>
    public static int[][] Walk<L>(
        Router<L> router, Roster roster, long batch, IReadOnlyList<float[]> rows, Func<float[], int, float> ofTruth)
        where L : struct, ILanes<L>
    {
        var k = router.Begin(batch, rows.Count, roster);
        var choices = rows.Select(phi =>
        {
            var chosen = new int[k];
            router.Choose(phi, chosen);
            return chosen;
        }).ToArray();
        router.Reshape(roster);
        foreach (var (row, chosen) in choices.Index())
            Learn(router, rows[row], chosen, [.. chosen.Select(e => ofTruth(rows[row], e))]);
        router.Mark(batch);
        return choices;
    }

    /// <summary>Rows of gate features: 1, then random numbers, then the padding.</summary>
    public static float[][] Rows(Random random, int count, int features = 6, int stride = Stride) =>
        [.. Enumerable.Range(0, count).Select(_ => (float[])[
            1f, .. Enumerable.Range(1, features - 1).Select(_ => (2f * random.NextSingle()) - 1f),
            .. new float[stride - features]])];

    public static byte[] Image<L>(Router<L> router) where L : struct, ILanes<L>
    {
        var image = new StateWriter();
        router.Save(image);
        return image.ToArray();
    }
}
