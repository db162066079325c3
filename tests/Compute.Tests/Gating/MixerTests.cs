using CsCheck;
using MoE.Compute.Gating.Mixers;
using MoE.Compute.Numerics;
using MoE.Compute.Tests.Experts;
using Xunit;

namespace MoE.Compute.Tests.Gating;

public sealed class MixerTests
{
    [Fact]
    public void A_geometric_mixer_answers_the_softmax_of_weighed_logarithms() =>
        MixerRow.Any(rows: 20).Sample(rows =>
        {
            var (experts, inputs) = (rows[0].Logs.Length, Inputs(rows));
            var mixer = new GeometricMixer<Lanes16>(experts, MixerRow.PhiStride, 0.02f, 0.002f);
            foreach (var row in rows)
            {
                var saved = MixerRow.Saved(mixer.Save, 2);
                AssertSame(Softmax(row, saved[0], saved[1]), row.Walk(mixer, inputs));
            }
        }, iter: 100);

    [Fact]
    public void A_geometric_mixer_steps_down_the_gradient_found_by_finite_differences() =>
        MixerRow.Any(rows: 20).Sample(rows =>
        {
            const float rate = 0.02f;
            const float phiRate = 0.01f;
            var (experts, inputs) = (rows[0].Logs.Length, Inputs(rows));
            var mixer = new GeometricMixer<Lanes16>(experts, MixerRow.PhiStride, rate, phiRate);
            foreach (var row in rows)
            {
                var before = MixerRow.Saved(mixer.Save, 2);
                row.Walk(mixer, inputs);
                var after = MixerRow.Saved(mixer.Save, 2);
                for (var e = 0; e < experts; e++)
                {
                    var gradient = Math.Clamp(Slope(row, before, e), -5, 5);
                    Assert.Equal(before[0][e] - (rate * gradient), after[0][e], 1e-4);
                    for (var p = 0; p < MixerRow.PhiStride; p++)
                        Assert.Equal(
                            before[1][(e * MixerRow.PhiStride) + p] - (phiRate * gradient * row.Phi[p]),
                            after[1][(e * MixerRow.PhiStride) + p], 2e-4);
                }
            }
        }, iter: 20);

    [Fact]
    public void A_geometric_mixer_without_a_phi_rate_weighs_all_rows_alike() =>
        MixerRow.Stream(3, 4, 10).Sample(rows =>
        {
            var (mixer, inputs) = (new GeometricMixer<Lanes16>(3, MixerRow.PhiStride, 0.02f, 0f), Inputs(rows));
            foreach (var row in rows)
            {
                var elsewhere = row with { Phi = new float[MixerRow.PhiStride] };
                Assert.Equal(row.Mix(mixer, inputs), elsewhere.Mix(mixer, inputs));
                row.Walk(mixer, inputs);
            }
            Assert.Empty(MixerRow.Saved(mixer.Save, 2)[1]);
        }, iter: 50);

    [Fact]
    public void The_hierarchical_mixer_moves_its_gates_towards_the_posterior() =>
        MixerRow.Any(rows: 20).Sample(rows =>
        {
            const float rate = 0.1f;
            var (experts, inputs) = (rows[0].Logs.Length, Inputs(rows));
            var mixer = new HmeMixer<Lanes16>(experts, MixerRow.PhiStride, rate, 0.5f, 0.01f);
            foreach (var row in rows)
            {
                var before = MixerRow.Saved(mixer.Save, 2);
                var gates = ExpertReference.Softmax([.. Enumerable.Range(0, experts)
                    .Select(e => Math.Log(before[0][e]) + Dot(before[1], e, row.Phi))]);
                AssertSame(Pool(row, gates), row.Walk(mixer, inputs));
                var after = MixerRow.Saved(mixer.Save, 2);
                var joint = gates.Select((g, e) => g * Math.Exp(row.Logs[e][row.Y])).ToArray();
                for (var e = 0; e < experts; e++)
                    for (var p = 0; p < MixerRow.PhiStride; p++)
                        Assert.Equal(
                            before[1][(e * MixerRow.PhiStride) + p]
                                + (rate * ((joint[e] / (joint.Sum() + 1e-9)) - gates[e]) * row.Phi[p]),
                            after[1][(e * MixerRow.PhiStride) + p], 1e-4);
            }
        }, iter: 60);

    [Fact]
    public void The_uniform_mixer_is_the_mean_and_stays_so() =>
        MixerRow.Any(rows: 5).Sample(rows =>
        {
            var (experts, inputs) = (rows[0].Logs.Length, Inputs(rows));
            var mixer = new UniformMixer<Lanes16>(experts);
            foreach (var row in rows)
                AssertSame(Pool(row, [.. Enumerable.Repeat(1.0 / experts, experts)]), row.Walk(mixer, inputs));
        }, iter: 100);

    [Fact]
    public void A_Hedge_mixer_pools_by_its_weights_and_finds_the_best_expert()
    {
        var (mixer, inputs) = (new HedgeMixer<Lanes16>(3, 1f, 0.01f), new MixerInputs<Lanes16>(3, MixerRow.PhiStride));
        float[] good = [MathF.Log(0.9f), MathF.Log(0.1f)], poor = [MathF.Log(0.1f), MathF.Log(0.9f)];
        var row = new MixerRow([poor, good, poor], new float[MixerRow.PhiStride], Y: 0);
        Assert.Equal((0.9 + 0.1 + 0.1) / 3, row.Walk(mixer, inputs)[0], 1e-3);
        for (var i = 0; i < 30; i++)
            row.Walk(mixer, inputs);
        Assert.InRange(row.Mix(mixer, inputs)[0], 0.88f, 0.9f);
        var turned = row with { Y = 1 };
        for (var i = 0; i < 30; i++)
            turned.Walk(mixer, inputs);
        Assert.InRange(turned.Mix(mixer, inputs)[1], 0.88f, 0.9f);
    }

    private static MixerInputs<Lanes16> Inputs(MixerRow[] rows) => new(rows[0].Logs.Length, MixerRow.PhiStride);

    private static double[] Softmax(MixerRow row, double[] w, double[] v) => ExpertReference.Softmax(
        [.. Enumerable.Range(0, row.Classes).Select(c => row.Logs.Select(
            (log, e) => (w[e] + Dot(v, e, row.Phi)) * Math.Max(-7.0, log[c])).Sum())]);

    /// <summary>dL/dw of an expert, L = -ln p[y].</summary>
    private static double Slope(MixerRow row, double[][] weights, int expert)
    {
        double Loss(double change)
        {
            double[] w = [.. weights[0]];
            w[expert] += change;
            return -Math.Log(Softmax(row, w, weights[1])[row.Y]);
        }
        return (Loss(1e-5) - Loss(-1e-5)) / 2e-5;
    }

    private static double[] Pool(MixerRow row, double[] weights) => [.. Enumerable.Range(0, row.Classes).Select(
        c => (row.Logs.Select((log, e) => weights[e] * Math.Exp(log[c])).Sum() + (1e-4 / row.Classes)) / (1 + 1e-4))];

    private static double Dot(double[] v, int row, float[] phi) =>
        phi.Select((x, p) => x * v[(row * phi.Length) + p]).Sum();

    /// <summary>The same to 10⁻⁴, and no probability beyond the classes.</summary>
    private static void AssertSame(double[] expected, float[] actual)
    {
        for (var c = 0; c < actual.Length; c++)
            Assert.Equal(c < expected.Length ? expected[c] : 0, actual[c], c < expected.Length ? 1e-4 : 0);
    }
}
