using CsCheck;
using MoE.Compute.Files;
using MoE.Compute.Tests.Files;
using Xunit;

namespace MoE.Compute.Tests.Experts;

/// <summary>Whatever the bytes that an expert is loaded from, it refuses them or goes on.</summary>
public sealed class DamagedExpertTests
{
    /// <summary>A table of 9 classes is 4 times that of a fresh expert, which is read beside it.</summary>
    private const int Growth = 8;

    private const int Slack = 1 << 16;

    public static TheoryData<string> Kinds => [.. Pools.EveryKind, "mlp input=hat hidden=5 optimizer=adam"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_damaged_image_is_refused_or_the_expert_predicts_and_learns(string text)
    {
        var stream = new EncodedStream(3, 2, 400, 9, 1);
        var image = Image(text, stream, 350);
        var next = stream.Batches(50, 350, 400).Single();
        var room = (Growth * (image.Length + Allocations.Of(() => Pools.Create(text, stream.Schema)))) + Slack;
        Damage.Of(image).Sample(bytes =>
        {
            var expert = Pools.Create(text, stream.Schema);
            string? refusal = null;
            var allocated = Allocations.Of(() => refusal = Damage.Refusal(() => expert.Load(new StateReader(bytes))));
            Assert.InRange(allocated, 0, room);
            if (refusal is null)
                Answers.Walked(expert, [next]);
        }, iter: 250);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Bytes_that_are_no_image_are_refused_or_the_expert_predicts_and_learns(string text)
    {
        var stream = new EncodedStream(2, 1, 40, 3, 1);
        Gen.OneOf(Gen.Byte.Array[0, 200], Gen.Int[0, 3].Select(i => (byte)(i * 85)).Array[0, 400]).Sample(bytes =>
        {
            var expert = Pools.Create(text, stream.Schema);
            if (Damage.Refusal(() => expert.Load(new StateReader(bytes))) is null)
                Answers.Walked(expert, stream.Batches(20));
        }, iter: 100);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_expert_that_knows_more_classes_than_the_batch_answers_what_fits(string text)
    {
        var (wide, narrow) = (new EncodedStream(3, 2, 300, 40, 1), new EncodedStream(3, 2, 40, 3, 2));
        var expert = Pools.Create(text, narrow.Schema);
        expert.Load(new StateReader(Image(text, wide, 300)));
        foreach (var batch in narrow.Batches(20))
            Assert.All(Walk(expert, batch), answer => Assert.InRange(answer, float.MinValue, 1e-6f));
    }

    private static IEnumerable<float> Walk(Compute.Experts.IExpert expert, Compute.Encoding.TrainingBatch batch) =>
        Answers.Walked(expert, [batch]).Select(BitConverter.Int32BitsToSingle);

    private static byte[] Image(string text, EncodedStream stream, int rows)
    {
        var expert = Pools.Create(text, stream.Schema);
        Answers.Walked(expert, stream.Batches(50, 0, rows));
        var image = new StateWriter();
        expert.Save(image);
        return image.ToArray();
    }
}
