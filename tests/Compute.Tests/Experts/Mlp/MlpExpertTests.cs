using CsCheck;
using MoE.Compute.Experts;
using MoE.Compute.Experts.Mlp;
using Xunit;

namespace MoE.Compute.Tests.Experts.Mlp;

public sealed class MlpExpertTests
{
    private const ulong Seed = 11;

    [Theory]
    [InlineData("mlp input=z hidden=20 optimizer=sgd rate=0.03")]
    [InlineData("mlp input=hat hidden=16 optimizer=sgd rate=0.1")]
    [InlineData("mlp input=both hidden=33 optimizer=sgd rate=0.03")]
    [InlineData("mlp input=z hidden=16 optimizer=adam rate=0.003")]
    [InlineData("mlp input=hat hidden=9 optimizer=adam rate=0.003")]
    [InlineData("mlp input=both hidden=1 optimizer=adam rate=0.003")]
    [InlineData("mlp input=z hidden=16 optimizer=sgd rate=0.03 average=0.01")]
    [InlineData("mlp input=z hidden=20 optimizer=adam rate=0.003 average=0.003")]
    [InlineData("mlp input=hat hidden=16 optimizer=adam rate=0.003 average=0.05")]
    [InlineData("mlp input=both hidden=16 optimizer=sgd rate=0.03 average=0.003")]
    public void Probabilities_agree_with_the_definition_in_doubles(string text) =>
        EncodedStream.Any(rows: 300).Sample(stream => AssertAgrees(text, stream, 1e-3), iter: 12);

    [Fact]
    public void A_slow_average_of_a_category_that_was_away_for_long_agrees_with_the_definition() =>
        AssertAgrees(
            "mlp input=z hidden=4 optimizer=sgd rate=0.1 average=0.0002",
            new EncodedStream(numeric: 1, categorical: 1, rows: 9000, classes: 3, seed: 1, rare: 4400), 1e-3);

    [Theory]
    [InlineData("mlp input=z hidden=16 optimizer=sgd rate=0.03")]
    [InlineData("mlp input=hat hidden=16 optimizer=sgd rate=0.1")]
    [InlineData("mlp input=both hidden=16 optimizer=sgd rate=0.03")]
    [InlineData("mlp input=z hidden=16 optimizer=adam rate=0.003")]
    public void A_thousand_columns_and_more_do_not_make_the_weights_explode(string text)
    {
        var stream = new EncodedStream(numeric: 1500, categorical: 0, rows: 2500, classes: 10, seed: 3);
        var expert = Pools.Create(text, stream.Schema);
        foreach (var batch in stream.Batches(100))
            Answers.AssertProbabilities(expert.Heads, batch, ExpertRunner.Run(expert, batch, null));
    }

    private static void AssertAgrees(string text, EncodedStream stream, double within)
    {
        var spec = new ExpertSpec("it", ExpertRole.Shared, text);
        var options = (MlpOptions)ExpertKinds.Of(spec).ReadOptions(spec, []);
        ExpertReference.AssertAgree(spec, Seed, s => new MlpReference(options, s.Numeric, s.Categorical, Seed), stream, within);
    }
}
