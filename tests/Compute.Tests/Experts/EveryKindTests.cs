using CsCheck;
using MoE.Compute.Experts;
using MoE.Compute.Files;
using MoE.Compute.Numerics;
using Xunit;

namespace MoE.Compute.Tests.Experts;

/// <summary>What every kind of expert promises.</summary>
public sealed class EveryKindTests
{
    public static TheoryData<string> Kinds => Pools.EveryKind;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void All_widths_give_the_same_bits(string text) =>
        EncodedStream.Any(rows: 200).Sample(stream =>
        {
            var wide = Pools.Create(text, stream.Schema);
            var expected = Answers.Walked(wide, stream.Batches(64));
            foreach (var expert in (IExpert[])[
                Pools.Create(text, stream.Schema, VectorWidth.Bits256),
                Pools.Create(text, stream.Schema, VectorWidth.Bits128)])
            {
                Assert.Equal(expected, Answers.Walked(expert, stream.Batches(64)));
                Assert.Equal(Fingerprints.Of(wide.Save), Fingerprints.Of(expert.Save));
            }
        }, iter: 8);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_size_of_batches_changes_no_bit(string text) =>
        EncodedStream.Any(rows: 200).Sample(stream =>
        {
            var whole = Pools.Create(text, stream.Schema);
            var expected = Answers.Walked(whole, stream.Batches(64));
            foreach (var size in (int[])[1, 7, 200])
            {
                var expert = Pools.Create(text, stream.Schema);
                Assert.Equal(expected, Answers.Walked(expert, stream.Batches(size)));
                Assert.Equal(Fingerprints.Of(whole.Save), Fingerprints.Of(expert.Save));
            }
        }, iter: 5);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_expert_that_sees_some_rows_equals_one_that_is_given_no_others(string text) =>
        Gen.Select(EncodedStream.Any(rows: 200), Gen.Bool.Array[200]).Sample((stream, sees) =>
        {
            var (routed, shared) = (Pools.Create(text, stream.Schema), Pools.Create(text, stream.Schema));
            var from = 0;
            foreach (var batch in stream.Batches(64))
            {
                var first = from;
                int[] rows = [.. Enumerable.Range(0, batch.Rows).Where(row => sees[first + row])];
                from += batch.Rows;
                if (rows.Length == 0)
                    continue;
                var only = stream.Batch([.. rows.Select(row => first + row)]);
                Assert.Equal(
                    Answers.Bits(shared.Heads, only, [.. Enumerable.Range(0, rows.Length)], ExpertRunner.Run(shared, only, null)),
                    Answers.Bits(routed.Heads, batch, rows, ExpertRunner.Run(routed, batch, rows)));
            }
            Assert.Equal(Fingerprints.Of(shared.Save), Fingerprints.Of(routed.Save));
        }, iter: 8);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_restored_expert_goes_on_with_the_same_bits_however_much_is_new_to_it(string text) =>
        Gen.Select(EncodedStream.Any(rows: 300), Gen.Int[0, 150], Gen.Int[0, 150]).Sample((stream, first, second) =>
        {
            var unbroken = Pools.Create(text, stream.Schema);
            var expected = Answers.Walked(unbroken, stream.Batches(32));
            var expert = Pools.Create(text, stream.Schema);
            var actual = Answers.Walked(expert, stream.Batches(32, 0, first));
            expert = Restored(text, stream, expert);
            actual.AddRange(Answers.Walked(expert, stream.Batches(32, first, first + second)));
            expert = Restored(text, stream, expert);
            actual.AddRange(Answers.Walked(expert, stream.Batches(32, first + second, stream.Rows)));
            Assert.Equal(expected, actual);
            Assert.Equal(Fingerprints.Of(unbroken.Save), Fingerprints.Of(expert.Save));
        }, iter: 8);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_clone_goes_on_as_its_original_and_neither_changes_the_other(string text) =>
        Gen.Select(EncodedStream.Any(rows: 300), Gen.Int[0, 150], Gen.Int[0, 150]).Sample((stream, first, second) =>
        {
            var (original, unbroken) = (Pools.Create(text, stream.Schema), Pools.Create(text, stream.Schema));
            var expected = Answers.Walked(unbroken, stream.Batches(32));
            var actual = Answers.Walked(original, stream.Batches(32, 0, first));
            var (clone, other) = (original.Clone(), original.Clone());
            var then = Fingerprints.Of(original.Save);
            other.AddNoise(0.1f, 7);
            Answers.Walked(other, stream.Batches(32, first + second, stream.Rows));
            var rest = Answers.Walked(original, stream.Batches(32, first, stream.Rows));
            Assert.Equal(then, Fingerprints.Of(clone.Save));
            var ofClone = Answers.Walked(clone, stream.Batches(32, first, first + second));
            clone = clone.Clone();
            ofClone.AddRange(Answers.Walked(clone, stream.Batches(32, first + second, stream.Rows)));
            Assert.Equal(expected, [.. actual, .. rest]);
            Assert.Equal(rest, ofClone);
            Assert.Equal(Fingerprints.Of(unbroken.Save), Fingerprints.Of(original.Save));
            Assert.Equal(Fingerprints.Of(unbroken.Save), Fingerprints.Of(clone.Save));
        }, iter: 8);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_clone_with_noise_has_the_bits_of_a_restored_expert_with_noise(string text) =>
        Gen.Select(EncodedStream.Any(rows: 200), Gen.Int[0, 150]).Sample((stream, rows) =>
        {
            var original = Pools.Create(text, stream.Schema);
            Answers.Walked(original, stream.Batches(32, 0, rows));
            var (clone, restored) = (original.Clone(), Restored(text, stream, original));
            clone.AddNoise(0.1f, 7);
            restored.AddNoise(0.1f, 7);
            Assert.Equal(
                Answers.Walked(restored, stream.Batches(32, rows, stream.Rows)),
                Answers.Walked(clone, stream.Batches(32, rows, stream.Rows)));
            Assert.Equal(Fingerprints.Of(restored.Save), Fingerprints.Of(clone.Save));
        }, iter: 8);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_image_cut_short_is_refused_as_invalid_data(string text)
    {
        var stream = new EncodedStream(3, 2, 150, 9, 1);
        var expert = Pools.Create(text, stream.Schema);
        Answers.Walked(expert, stream.Batches(64));
        var image = new StateWriter();
        expert.Save(image);
        var bytes = image.ToArray();
        Gen.OneOf(Gen.Int[0, 200], Gen.Int[0, bytes.Length - 1]).Sample(cut =>
        {
            var reader = new StateReader(bytes.AsMemory(0, Math.Min(cut, bytes.Length - 1)));
            Assert.Throws<InvalidDataException>(() => Pools.Create(text, stream.Schema).Load(reader));
        }, iter: 60);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Answers_are_probabilities(string text) =>
        EncodedStream.Any(rows: 300).Sample(stream =>
        {
            var expert = Pools.Create(text, stream.Schema);
            foreach (var batch in stream.Batches(50))
                Answers.AssertProbabilities(expert.Heads, batch, ExpertRunner.Run(expert, batch, null));
        }, iter: 10);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Rows_are_walked_without_an_allocation(string text)
    {
        var stream = new EncodedStream(5, 2, 6000, 5, 1, rare: 3);
        var expert = Pools.Create(text, stream.Schema);
        var batch = stream.Batches(4096, 1000, 5096).Single();
        Answers.Walked(expert, stream.Batches(64, 0, 1000));
        var answers = 0;
        var allocated = Allocations.Of(() => answers = ExpertRunner.Run(expert, batch, null).Length);
        Assert.InRange(allocated - (answers * sizeof(float)), 0, 100);
    }

    private static IExpert Restored(string text, EncodedStream stream, IExpert expert)
    {
        var image = new StateWriter();
        expert.Save(image);
        var restored = Pools.Create(text, stream.Schema);
        var reader = new StateReader(image.ToArray());
        restored.Load(reader);
        Assert.True(reader.AtEnd);
        return restored;
    }
}
