using MoE.Compute.Experts;
using MoE.Compute.Growth;
using Xunit;

namespace MoE.Compute.Tests.Experts;

public sealed class ExpertBytesTests
{
    private const int Numeric = 3;
    private const int Categorical = 2;
    private const int Names = 9;
    private const int Classes = 5;

    [Theory]
    [InlineData("mlp input=z hidden=20", 4 * (((3 + 9 + 1) * (32 + 16)) + (16 * 32)))]
    [InlineData("mlp input=hat hidden=16 optimizer=adam", 3 * 4 * ((((16 * 3) + 9 + 1) * 32) + (16 * 16)))]
    [InlineData("mlp input=both hidden=16 average=0.01", 2 * 4 * ((((17 * 3) + 9 + 1) * 32) + (16 * 16)))]
    [InlineData("deep input=z hidden=20 second=40 optimizer=sgd minibatch=1", 4 * ((13 * 32) + (33 * 64) + (65 * 32)))]
    [InlineData("deep input=z hidden=20 second=40 minibatch=8",
        4 * ((3 * ((13 * 32) + (33 * 64) + (65 * 32))) + (7 * (2 + (2 * 11)))))]
    [InlineData("fern count=10 depth=4", 4 * 160 * 8)]
    [InlineData("cross bits=8", 4 * 256 * (1 + (2 * 8)))]
    [InlineData("memory size=100", 4 * 100 * 6)]
    public void Bytes_follow_from_kind_columns_names_and_classes(string text, long bytes) =>
        Assert.Equal(bytes, Bytes(text, new(Numeric, Categorical, Names, Classes)));

    public static TheoryData<string> Kinds => [.. ExpertKinds.Names];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_has_bytes_and_more_of_them_the_more_classes_names_and_columns_there_are(string kind)
    {
        var few = Bytes(kind, new(Numeric, Categorical, Names, Classes));
        var more = Bytes(kind, new(2 * Numeric, 2 * Categorical, 2 * Names, 10 * Classes));
        Assert.InRange(few, 1, more - 1);
    }

    [Theory]
    [InlineData("deep input=z hidden=20 second=40 minibatch=1")]
    [InlineData("deep input=both hidden=32 second=33 optimizer=sgd minibatch=1")]
    [InlineData("mlp hidden=64")]
    [InlineData("mlp hidden=64 optimizer=adam average=0.01")]
    [InlineData("mlp input=hat hidden=8192")]
    public void A_network_without_names_has_the_bytes_of_its_image_but_for_its_lengths(string text)
    {
        var mixture = new Mixture(EncodedStream.SchemaOf(Numeric, 0), new MixtureOptions
        {
            Pool = [Spec(text)],
            Growth = GrowthOptions.Off,
        });
        mixture.Learn(new Gating.RowStream(Numeric, 0, Classes, seed: 1).Next(64));
        var image = Assert.Single(mixture.ToModelFile().Experts).Length;
        Assert.InRange(image - Bytes(text, new(Numeric, 0, 0, Classes)), 0, 500);
    }

    private static long Bytes(string text, StreamShape met) => ExpertKinds.Of(Spec(text)).BytesOf(Spec(text), met);

    private static ExpertSpec Spec(string text) => new("x", ExpertRole.Shared, text);
}
