using CsCheck;
using MoE.Compute.Encoding;
using MoE.Compute.Experts;
using MoE.Compute.Numerics;
using Xunit;

namespace MoE.Compute.Tests.Experts;

/// <summary>What every kind of expert promises of the predictors that it gives away.</summary>
public sealed class SnapshotTests
{
    public static TheoryData<string> Kinds => Pools.EveryKind;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_snapshot_says_of_each_row_what_the_expert_would_say_of_it_next(string text) =>
        Gen.Select(EncodedStream.Any(rows: 260), Gen.Int[0, 200]).Sample((stream, learned) =>
        {
            var expert = Pools.Create(text, stream.Schema);
            Answers.Walked(expert, stream.Batches(32, 0, learned));
            var next = Unlearned(stream, learned);
            int[] rows = [.. Enumerable.Range(0, next.Rows).Where(row => WasMet(stream, learned, next, row))];
            var predicted = Predicted(expert.Snapshot(next.Labels.KnownClasses[0]), expert.Heads, next, rows);
            for (var i = 0; i < rows.Length; i++)
            {
                var length = expert.Heads * next.Labels.Stride;
                var answer = new float[length];
                expert.Clone().Forward(next.Features, rows[i], next.Labels.KnownClasses[rows[i]], answer);
                Assert.Equal(Known(next, expert.Heads, answer), Known(next, expert.Heads, predicted.AsSpan(i * length, length)));
            }
        }, iter: 12);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_is_learned_later_changes_no_snapshot_and_a_snapshot_changes_no_expert(string text) =>
        EncodedStream.Any(rows: 200).Sample(stream =>
        {
            var (expert, other) = (Pools.Create(text, stream.Schema), Pools.Create(text, stream.Schema));
            Answers.Walked(expert, stream.Batches(32, 0, 100));
            Answers.Walked(other, stream.Batches(32, 0, 100));
            var next = Unlearned(stream, 100);
            int[] rows = [.. Enumerable.Range(0, next.Rows)];
            var snapshot = expert.Snapshot(next.Labels.KnownClasses[0]);
            var before = Predicted(snapshot, expert.Heads, next, rows);
            Answers.Walked(expert, stream.Batches(32, 100, 200));
            Answers.Walked(other, stream.Batches(32, 100, 200));
            Assert.Equal(before, Predicted(snapshot, expert.Heads, next, rows));
            Assert.Equal(before, Predicted(snapshot.Share(), expert.Heads, next, rows));
            Assert.Equal(Fingerprints.Of(other.Save), Fingerprints.Of(expert.Save));
        }, iter: 6);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Rows_one_by_one_are_predicted_as_all_together_and_a_frozen_expert_as_it_answers(string text) =>
        EncodedStream.Any(rows: 200).Sample(stream =>
        {
            var expert = Pools.Create(text, stream.Schema);
            Answers.Walked(expert, stream.Batches(32, 0, 120));
            var next = Unlearned(stream, 120);
            var (snapshot, length) = (expert.Snapshot(0), expert.Heads * next.Labels.Stride);
            var together = Predicted(snapshot, expert.Heads, next, [.. Enumerable.Range(0, next.Rows)]);
            expert.Flush();
            for (var row = 0; row < next.Rows; row++)
            {
                var expected = Known(next, expert.Heads, together.AsSpan(row * length, length));
                Assert.Equal(expected, Known(next, expert.Heads, Predicted(snapshot, expert.Heads, next, [row])));
                var answer = new float[length];
                expert.Predict(next.Features, row, next.Labels.KnownClasses[row], answer);
                Assert.Equal(expected, Known(next, expert.Heads, answer));
            }
        }, iter: 6);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_category_that_nobody_met_is_answered_with_probabilities(string text)
    {
        var stream = new EncodedStream(2, 2, 150, 4, seed: 3);
        var expert = Pools.Create(text, stream.Schema);
        Answers.Walked(expert, stream.Batches(32, 0, 100));
        var next = Unlearned(stream, 100);
        next.Features.Category.AsSpan().Fill(-1);
        var answers = Predicted(
            expert.Snapshot(next.Labels.KnownClasses[0]), expert.Heads, next, [.. Enumerable.Range(0, next.Rows)]);
        Answers.AssertProbabilities(expert.Heads, next, answers);
    }

    /// <summary>The rest of a stream as rows of which none is learned: the classes are those known before it.</summary>
    private static TrainingBatch Unlearned(EncodedStream stream, int from)
    {
        var batch = stream.Batch([.. Enumerable.Range(from, stream.Rows - from)]);
        var known = from == 0 ? 0 : Math.Max(batch.Labels.KnownClasses[0], 1);
        return batch with
        {
            Labels = new Labels(
                batch.Labels.Targets,
                new AnswerShape([.. Enumerable.Repeat(known, batch.Rows)], ClassVectors.Stride(known))),
        };
    }

    private static bool WasMet(EncodedStream stream, int learned, TrainingBatch next, int row)
    {
        if (stream.Categorical == 0 || learned == 0)
            return stream.Categorical == 0;
        var met = stream.Batch([.. Enumerable.Range(0, learned)]).Features.Category;
        return Enumerable.Range(0, stream.Categorical).All(m =>
            Enumerable.Range(0, learned).Any(i => met[(i * stream.Categorical) + m]
                == next.Features.Category[(row * stream.Categorical) + m]));
    }

    private static float[] Predicted(IPredictor predictor, int heads, TrainingBatch batch, int[] rows)
    {
        var answers = new float[rows.Length * heads * batch.Labels.Stride];
        predictor.Predict(batch.Features, batch.Labels.Answers, rows, answers);
        return answers;
    }

    private static List<int> Known(TrainingBatch batch, int heads, ReadOnlySpan<float> answer)
    {
        List<int> bits = [];
        for (var head = 0; head < heads; head++)
            foreach (var log in answer.Slice(head * batch.Labels.Stride, batch.Labels.KnownClasses[0]))
                bits.Add(BitConverter.SingleToInt32Bits(log));
        return bits;
    }
}
