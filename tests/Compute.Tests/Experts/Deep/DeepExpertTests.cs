using CsCheck;
using MoE.Compute.Encoding;
using MoE.Compute.Experts;
using MoE.Compute.Experts.Deep;
using MoE.Compute.Files;
using Xunit;

namespace MoE.Compute.Tests.Experts.Deep;

public sealed class DeepExpertTests
{
    private const ulong Seed = 11;

    [Theory]
    [InlineData("deep input=z hidden=20 second=40 minibatch=8")]
    [InlineData("deep input=hat hidden=33 second=7 minibatch=1")]
    [InlineData("deep input=both hidden=5 second=65 rate=0.003 minibatch=40")]
    [InlineData("deep input=z hidden=20 second=33 optimizer=sgd rate=0.1 minibatch=8")]
    [InlineData("deep input=both hidden=64 second=32 optimizer=sgd rate=0.03 minibatch=5")]
    [InlineData("deep input=hat hidden=1 second=1 optimizer=sgd rate=0.03 minibatch=1")]
    public void Probabilities_agree_with_the_definition_in_doubles(string text) =>
        EncodedStream.Any(rows: 200).Sample(stream => AssertAgrees(text, stream), iter: 6);

    [Theory]
    [InlineData("deep input=z hidden=12 second=36 minibatch=8")]
    [InlineData("deep input=z hidden=12 second=36 optimizer=sgd rate=0.1 minibatch=8")]
    public void More_classes_than_a_panel_holds_agree_with_the_definition(string text) =>
        AssertAgrees(text, new EncodedStream(numeric: 2, categorical: 1, rows: 900, classes: 70, seed: 4));

    [Theory]
    [InlineData("deep input=z hidden=512 second=1024 optimizer=sgd rate=0.1 minibatch=32")]
    [InlineData("deep input=both hidden=64 second=64 optimizer=sgd rate=1 minibatch=16")]
    [InlineData("deep input=both hidden=64 second=64 optimizer=adam rate=0.003 minibatch=16")]
    public void A_thousand_columns_and_more_do_not_make_the_weights_explode(string text)
    {
        var stream = new EncodedStream(numeric: 1500, categorical: 0, rows: 800, classes: 10, seed: 3);
        var expert = Pools.Create(text, stream.Schema);
        foreach (var batch in stream.Batches(100))
            Answers.AssertProbabilities(expert.Heads, batch, ExpertRunner.Run(expert, batch, null));
    }

    [Fact]
    public void A_row_alone_has_the_bits_of_the_same_row_among_many() =>
        Gen.Select(EncodedStream.Any(rows: 150), Gen.Int[1, 50]).Sample((stream, size) =>
        {
            const string text = "deep input=both hidden=40 second=70 minibatch=17";
            var (together, alone) = (Pools.Create(text, stream.Schema), Pools.Create(text, stream.Schema));
            foreach (var batch in stream.Batches(size))
            {
                int[] rows = [.. Enumerable.Range(0, batch.Rows)];
                Assert.Equal(
                    Answers.Bits(1, batch, rows, OneByOne(alone, batch, learns: true)),
                    Answers.Bits(1, batch, rows, ExpertRunner.Run(together, batch, null)));
                Assert.Equal(
                    Answers.Bits(1, batch, rows, OneByOne(alone, batch, learns: false)),
                    Answers.Bits(1, batch, rows, ExpertRunner.Run(together, batch, null, learns: false)));
            }
            Assert.Equal(Fingerprints.Of(alone.Save), Fingerprints.Of(together.Save));
        }, iter: 8);

    [Fact]
    public void Noise_upon_weights_reaches_the_rows_that_wait()
    {
        var stream = new EncodedStream(numeric: 3, categorical: 1, rows: 60, classes: 4, seed: 2);
        var expert = Pools.Create("deep hidden=20 second=20 minibatch=16", stream.Schema);
        Answers.Walked(expert, stream.Batches(10, 0, 40));
        expert.AddNoise(0.1f, 3);
        var image = new StateWriter();
        expert.Save(image);
        var restored = Pools.Create("deep hidden=20 second=20 minibatch=16", stream.Schema);
        restored.Load(new StateReader(image.ToArray()));
        Assert.Equal(
            Answers.Walked(restored, stream.Batches(10, 40, 60)), Answers.Walked(expert, stream.Batches(10, 40, 60)));
        Assert.Equal(Fingerprints.Of(restored.Save), Fingerprints.Of(expert.Save));
    }

    private static float[] OneByOne(IExpert expert, TrainingBatch batch, bool learns)
    {
        var answers = new float[batch.Rows * batch.Labels.Stride];
        for (var row = 0; row < batch.Rows; row++)
        {
            var answer = answers.AsSpan(row * batch.Labels.Stride, batch.Labels.Stride);
            if (learns)
            {
                expert.Forward(batch.Features, row, batch.Labels.KnownClasses[row], answer);
                expert.Learn(batch.Labels.Targets[row]);
            }
            else
                expert.Predict(batch.Features, row, batch.Labels.KnownClasses[row], answer);
        }
        return answers;
    }

    private static void AssertAgrees(string text, EncodedStream stream)
    {
        var spec = new ExpertSpec("it", ExpertRole.Shared, text);
        var options = (DeepOptions)ExpertKinds.Of(spec).ReadOptions(spec, []);
        ExpertReference.AssertAgree(
            spec, Seed, s => new DeepReference(options, s.Numeric, s.Categorical, Seed), stream, within: 1e-3);
    }
}
