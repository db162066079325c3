using MoE.Compute.Experts.Mlp;
using MoE.Compute.Files;
using MoE.Compute.Numerics;
using Xunit;

namespace MoE.Compute.Tests.Experts.Mlp;

/// <summary>Networks that have learned for years go on as they did.</summary>
public sealed class LongRunTests
{
    private const int Hidden = 16;

    [Fact]
    public void Adam_steps_beyond_the_greatest_int_and_stays_settled()
    {
        var adam = new Adam(0.1f);
        var image = new StateWriter();
        image.Write<float>(new float[Hidden]);
        image.Write<float>(new float[Hidden]);
        image.Write<int>([int.MaxValue - 1]);
        adam.Load(new StateReader(image.ToArray()), rows: 1, stride: Hidden);
        var (weights, direction) = (new float[Hidden], new float[Hidden]);
        direction.AsSpan().Fill(1f);
        for (var i = 0; i < 3; i++)
            adam.Step<Lanes16>(weights, 0, Hidden, 1f, ref direction[0]);
        Assert.All(weights, w => Assert.True(w < 0f && float.IsFinite(w)));
        var saved = new StateWriter();
        adam.Save(saved);
        var read = new StateReader(saved.ToArray());
        read.ReadArray<float>();
        read.ReadArray<float>();
        Assert.Equal([int.MaxValue], read.ReadArray<int>());
    }

    [Theory]
    [InlineData(1L << 43)]
    [InlineData(long.MaxValue / 2)]
    public void The_average_of_a_category_that_was_not_seen_for_ages_is_brought_up_at_once(long rows)
    {
        var inputs = new MlpInputs(MlpInput.Z, 0, 1);
        inputs.Read(new EncodedStream(0, 1, 20, 2, 1).Batches(20).Single().Features, 0);
        var (learned, averaged) = (new MlpWeights(Hidden), new MlpWeights(Hidden));
        foreach (var weights in (MlpWeights[])[learned, averaged])
            weights.FitRows(inputs.Rows);
        learned.Inputs.AsSpan().Fill(1f);
        var image = new StateWriter();
        image.Write(rows);
        image.Write(64 + ((rows - 64) / 8));
        image.Write<long>([1]);
        averaged.Save(image);
        var average = new MlpAverage<Lanes16>(1e-12f, Hidden);
        average.Load(new StateReader(image.ToArray()), inputs.Rows, classes: 0);
        average.CatchUp(learned, inputs);
        Assert.All(average.Weights.Inputs, w => Assert.InRange(w, 0.99f, 1f));
    }
}
