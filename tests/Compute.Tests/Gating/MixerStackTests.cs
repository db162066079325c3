using CsCheck;
using MoE.Compute.Files;
using MoE.Compute.Gating.Mixers;
using MoE.Compute.Numerics;
using Xunit;

namespace MoE.Compute.Tests.Gating;

public sealed class MixerStackTests
{
    private const int Experts = 5;

    /// <summary>Rows whose classes become more, beyond 16 too.</summary>
    private static readonly Gen<MixerRow[]> Growing = Gen.Select(
        MixerRow.Stream(Experts, 1, 3), MixerRow.Stream(Experts, 2, 60), MixerRow.Stream(Experts, 9, 30),
        MixerRow.Stream(Experts, 21, 30), MixerRow.Stream(Experts, 40, 10),
        (a, b, c, d, e) => (MixerRow[])[.. a, .. b, .. c, .. d, .. e]);

    [Fact]
    public void Probabilities_sum_to_one_even_where_experts_are_certain_and_wrong() =>
        Growing.Sample(rows =>
        {
            var stack = new MixerStack<Lanes16>(Experts, MixerRow.PhiStride);
            foreach (var (row, p) in rows.Zip(Walk(stack, rows)))
            {
                Assert.All(p, v => Assert.InRange(v, 0f, 1.0001f));
                Assert.Equal(1, p.Take(row.Classes).Sum(v => (double)v), 1e-4);
                Assert.All(p.Skip(row.Classes), v => Assert.Equal(0f, v));
            }
        }, iter: 60);

    [Fact]
    public void The_least_likely_class_again_and_again_does_no_harm() =>
        MixerRow.Stream(Experts, 3, 400).Sample(rows =>
        {
            var (stack, inputs) = (new MixerStack<Lanes16>(Experts, MixerRow.PhiStride), Inputs<Lanes16>());
            foreach (var row in rows)
            {
                row.Give(inputs);
                var p = new float[inputs.Stride];
                stack.Mix(inputs, p);
                Assert.Equal(1, p.Sum(v => (double)v), 1e-4);
                var y = p[0] < p[1] ? (p[0] < p[2] ? 0 : 2) : (p[1] < p[2] ? 1 : 2);
                inputs.Reveal(y);
                stack.Learn(inputs, y);
            }
            Assert.All(
                MixerRow.Saved(stack.Save, 11).SelectMany(values => values), v => Assert.True(double.IsFinite(v)));
        }, iter: 20);

    [Fact]
    public void All_widths_give_the_same_bits() =>
        Growing.Sample(rows =>
        {
            var wide = new MixerStack<Lanes16>(Experts, MixerRow.PhiStride);
            var (half, quarter) = (new MixerStack<Pair<Lanes8>>(Experts, MixerRow.PhiStride),
                new MixerStack<Pair<Pair<Lanes4>>>(Experts, MixerRow.PhiStride));
            var expected = Walk(wide, rows);
            Assert.Equal(expected, Walk(half, rows));
            Assert.Equal(expected, Walk(quarter, rows));
            Assert.Equal(Fingerprints.Of(wide.Save), Fingerprints.Of(half.Save));
            Assert.Equal(Fingerprints.Of(wide.Save), Fingerprints.Of(quarter.Save));
        }, iter: 20);

    [Fact]
    public void A_restored_stack_goes_on_with_the_same_bits() =>
        Gen.Select(Growing, Gen.Int[0, 133]).Sample((rows, cut) =>
        {
            var (unbroken, first, second) = (New(), New(), New());
            var expected = Walk(unbroken, rows);
            var before = Walk(first, rows[..cut]);
            var image = new StateWriter();
            first.Save(image);
            var reader = new StateReader(image.ToArray());
            second.Load(reader);
            Assert.True(reader.AtEnd);
            Assert.Equal(expected, [.. before, .. Walk(second, rows[cut..])]);
            Assert.Equal(Fingerprints.Of(unbroken.Save), Fingerprints.Of(second.Save));
        }, iter: 20);

    [Fact]
    public void The_mixture_is_soon_about_as_good_as_its_best_expert()
    {
        var random = new Random(4);
        var (stack, inputs) = (New(), Inputs<Lanes16>());
        var (right, best) = (0, 0);
        for (var i = 0; i < 3000; i++)
        {
            var y = random.Next(2);
            // expert 3 is right in 9 of 10 rows, the others by chance
            float[][] logs = [.. Enumerable.Range(0, Experts).Select(e =>
            {
                var says = random.Next(10) < (e == 3 ? 9 : 5) ? y : 1 - y;
                return (float[])[MathF.Log(says == 0 ? 0.8f : 0.2f), MathF.Log(says == 1 ? 0.8f : 0.2f)];
            })];
            new MixerRow(logs, new float[MixerRow.PhiStride], y).Give(inputs);
            var p = new float[inputs.Stride];
            stack.Mix(inputs, p);
            inputs.Reveal(y);
            stack.Learn(inputs, y);
            right += (p[1] > p[0] ? 1 : 0) == y ? 1 : 0;
            best += logs[3][y] > logs[3][1 - y] ? 1 : 0;
        }
        Assert.InRange(right, 0.96 * best, 3000);
    }

    private static MixerStack<Lanes16> New() => new(Experts, MixerRow.PhiStride);

    private static MixerInputs<L> Inputs<L>() where L : struct, ILanes<L> => new(Experts, MixerRow.PhiStride);

    private static List<float[]> Walk<L>(MixerStack<L> stack, MixerRow[] rows) where L : struct, ILanes<L>
    {
        var inputs = Inputs<L>();
        List<float[]> answers = [];
        foreach (var row in rows)
        {
            row.Give(inputs);
            answers.Add(new float[inputs.Stride]);
            stack.Mix(inputs, answers[^1]);
            inputs.Reveal(row.Y);
            stack.Learn(inputs, row.Y);
        }
        return answers;
    }
}
