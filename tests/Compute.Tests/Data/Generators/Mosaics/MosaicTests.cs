using CsCheck;
using MoE.Compute.Data;
using MoE.Compute.Data.Generators;
using MoE.Compute.Experts;
using MoE.Compute.Growth;
using Xunit;
using Streams = MoE.Compute.Data.Generators.Generators;

namespace MoE.Compute.Tests.Data.Generators.Mosaics;

public sealed class MosaicTests
{
    private const int Rows = 20_000;

    private static readonly MosaicOptions Drifting = new() { Drift = 0.001f };

    [Fact]
    public void Who_knows_concept_and_teacher_is_right_as_often_as_the_noise_allows()
    {
        var mosaic = new Mosaic(1, Drifting);
        var right = Share(mosaic, (row, x, y) => mosaic.Teachers.ClassOf(mosaic.Concept, row, x) == y);
        Assert.InRange(right, 0.945, 0.955);
    }

    [Fact]
    public void Who_reads_the_concept_off_the_context_is_hardly_worse()
    {
        var mosaic = new Mosaic(1, Drifting);
        var right = Share(mosaic, (row, x, y) => mosaic.Teachers.ClassOf(Nearest(mosaic, Drifting, x), row, x) == y);
        Assert.InRange(right, 0.93, 0.955);
        var noisy = Drifting with { ContextNoise = 4 };
        var blurred = new Mosaic(1, noisy);
        Assert.InRange(Share(blurred, (row, x, y) =>
            blurred.Teachers.ClassOf(Nearest(blurred, noisy, x), row, x) == y), 0.25, 0.6);
    }

    [Fact]
    public void The_noise_spreads_the_classes_evenly_over_the_others()
    {
        var mosaic = new Mosaic(1, new() { Noise = 1 });
        var off = new int[4];
        Share(mosaic, (row, x, y) => ++off[(y - mosaic.Teachers.ClassOf(mosaic.Concept, row, x) + 4) % 4] > 0);
        Assert.Equal(0, off[0]);
        Assert.All(off[1..], count => Assert.InRange(count / (double)Rows, 0.32, 0.35));
    }

    [Fact]
    public void A_concept_appears_every_period_when_the_oldest_vanishes_and_comes_back_after_all_others() =>
        Gen.Select(Gen.Int[1, 12], Gen.Int[1, 12], Gen.Int[1, 300]).Sample((concepts, active, period) =>
        {
            active = Math.Min(active, concepts);
            var mosaic = new Mosaic(3, new() { Concepts = concepts, Active = active, Period = period });
            var features = new float[mosaic.Schema.Features.Count];
            for (var row = 0; row < 5000; row++)
            {
                mosaic.Draw(features);
                var age = (row / period - mosaic.Concept + active - 1) % concepts;
                Assert.InRange((age + concepts) % concepts, 0, active - 1);
            }
        }, iter: 30);

    [Fact]
    public void All_active_concepts_are_equally_frequent()
    {
        var mosaic = new Mosaic(1, new() { Concepts = 8, Active = 8 });
        var counts = new int[8];
        Share(mosaic, (_, _, _) => ++counts[mosaic.Concept] > 0);
        Assert.All(counts, count => Assert.InRange(count / (double)Rows, 0.115, 0.135));
    }

    [Fact]
    public void A_teacher_turns_slowly_and_after_a_quarter_nothing_is_left_of_what_was()
    {
        var mosaic = new Mosaic(1, Drifting);
        double Agreement(long row) => Share(new Mosaic(1, Drifting), (_, x, _) =>
            mosaic.Teachers.ClassOf(5, 0, x) == mosaic.Teachers.ClassOf(5, row, x));
        Assert.InRange(Agreement(100), 0.9, 0.99);
        Assert.InRange(Agreement(1571), 0, 0.5);
        Assert.InRange(Agreement(6283), 0.99, 1);
    }

    [Fact]
    public void One_concept_is_learned_by_a_small_network_and_all_together_by_no_linear_model()
    {
        Assert.InRange(Accuracy("mosaic:concepts=1,noise=0", "mlp hidden=16"), 84, 100);
        Assert.InRange(Accuracy("mosaic:concepts=64,noise=0", "mlp hidden=1"), 25, 38);
    }

    /// <summary>Accuracy in percent of the last 1000 rows, predicted by one expert.</summary>
    private static double Accuracy(string name, string expert)
    {
        using var source = Streams.Create(name, new());
        var mixture = new Mixture(source.Schema, new()
        {
            Pool = [new("only", ExpertRole.Shared, expert)],
            Growth = GrowthOptions.Off,
        });
        for (var row = 0; row < Rows; row += 500)
            mixture.Learn(source.Read(500)!);
        return mixture.Gate.Scores().WindowAccuracy;
    }

    private static double Share(Mosaic mosaic, Func<long, float[], int, bool> isSo)
    {
        var count = 0;
        var features = new float[mosaic.Schema.Features.Count];
        for (var row = 0; row < Rows; row++)
        {
            var y = mosaic.Draw(features);
            count += isSo(row, features, y) ? 1 : 0;
        }
        return count / (double)Rows;
    }

    private static int Nearest(Mosaic mosaic, MosaicOptions options, float[] features) =>
        Enumerable.Range(0, options.Concepts).MinBy(concept =>
        {
            var code = mosaic.CodeOf(concept);
            var distance = 0.0;
            for (var k = 0; k < code.Length; k++)
                distance += Math.Pow(features[options.Features + k] - code[k], 2);
            return distance;
        });
}
