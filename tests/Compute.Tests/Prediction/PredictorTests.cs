using MoE.Compute.Data;
using MoE.Compute.Experts;
using MoE.Compute.Gating;
using MoE.Compute.Growth;
using MoE.Compute.Tests.Gating;
using Xunit;

namespace MoE.Compute.Tests.Prediction;

public sealed class PredictorTests
{
    [Theory]
    [InlineData(RouterKind.Linear, 0f)]
    [InlineData(RouterKind.Switch, 0f)]
    [InlineData(RouterKind.Competence, 0f)]
    [InlineData(RouterKind.Dense, 0f)]
    public void Before_a_batch_it_says_what_learning_says_of_the_batchs_first_row(RouterKind kind, float capacity)
    {
        var options = RowStream.Options with
        {
            Router = RowStream.Options.Router with { Kind = kind, Capacity = capacity },
        };
        var stream = new RowStream(3, 0, 3, 5);
        var mixture = new Mixture(stream.Schema, options);
        for (var batch = 0; batch < 20; batch++)
        {
            var rows = stream.Next(40);
            var known = mixture.Gate.Vocabulary.Classes.Count;
            var predicted = mixture.Predict(rows);
            var learned = mixture.Learn(rows);
            Assert.Equal(batch, predicted.Number);
            Assert.Equal(learned.Classes[0], predicted.Classes[0]);
            Assert.Equal(Bits(learned.Probabilities, known), Bits(predicted.Probabilities, known));
        }
    }

    [Fact]
    public void It_does_so_with_the_default_pool_that_grows()
    {
        var stream = new RowStream(5, 0, 3, 11);
        var options = new MixtureOptions { Growth = new GrowthOptions { Interval = 256 } };
        var mixture = new Mixture(stream.Schema, options);
        var archived = 0;
        for (var batch = 0; batch < 30; batch++)
        {
            var rows = stream.Next(64);
            var known = mixture.Gate.Vocabulary.Classes.Count;
            var predictor = mixture.Predictor();
            // what growth changes between two batches is in the next one, and not in the state after the last
            var isSame = mixture.Gate.DueChanges().Count == 0;
            var learned = mixture.Learn(rows);
            if (isSame)
                Assert.Equal(Bits(learned.Probabilities, known), Bits(predictor.Predict(rows).Probabilities, known));
            archived = mixture.Roster.Members.Count(m => m.Spec.Role == ExpertRole.Archived && m.Answers);
        }
        Assert.InRange(archived, 1, 8);
    }

    [Fact]
    public void Ten_thousand_predictions_in_between_change_no_bit_of_what_is_learned()
    {
        var (stream, twin) = (new RowStream(3, 1, 4, 9), new RowStream(3, 1, 4, 9));
        var asked = new Mixture(stream.Schema, RowStream.Options);
        var left = new Mixture(twin.Schema, RowStream.Options);
        for (var batch = 0; batch < 20; batch++)
        {
            var rows = stream.Next(50);
            for (var again = 0; again < 10; again++)
                asked.Predict(rows);
            asked.Learn(rows);
            left.Learn(twin.Next(50));
        }
        Assert.Equal(left.Fingerprint(), asked.Fingerprint());
    }

    [Fact]
    public void A_row_is_predicted_alike_alone_and_among_a_thousand()
    {
        var stream = new RowStream(3, 2, 4, 2);
        var mixture = new Mixture(stream.Schema, RowStream.Options with
        {
            Router = RowStream.Options.Router with { Capacity = 1f },
        });
        for (var batch = 0; batch < 10; batch++)
            mixture.Learn(stream.Next(64));
        var rows = stream.Next(1000);
        var together = mixture.Predict(rows);
        var (features, stride) = (stream.Schema.Features.Count, together.ClassStride);
        foreach (var row in (int[])[0, 1, 255, 256, 511, 777, 999])
        {
            var alone = mixture.Predict(rows with
            {
                Values = rows.Values[(row * features)..((row + 1) * features)],
                Targets = [RowBatch.NoClass],
            });
            Assert.Equal(together.Classes[row], alone.Classes[0]);
            Assert.Equal(together.Probabilities[(row * stride)..((row + 1) * stride)], alone.Probabilities);
        }
    }

    [Fact]
    public void A_model_replayed_or_loaded_predicts_the_same_bits()
    {
        var (stream, twin) = (new RowStream(2, 1, 3, 4), new RowStream(2, 1, 3, 4));
        var (mixture, replayed) = (
            new Mixture(stream.Schema, RowStream.Options), new Mixture(twin.Schema, RowStream.Options));
        for (var batch = 0; batch < 12; batch++)
        {
            mixture.Learn(stream.Next(30));
            replayed.Learn(twin.Next(30));
        }
        var loaded = Mixture.From(mixture.ToModelFile());
        var rows = stream.Next(100);
        var expected = mixture.Predict(rows);
        foreach (var other in (Mixture[])[replayed, loaded])
        {
            var actual = other.Predict(rows);
            Assert.Equal((expected.Number, expected.ClassStride), (actual.Number, actual.ClassStride));
            Assert.Equal(expected.Probabilities, actual.Probabilities);
            Assert.Equal(expected.ClassNames, actual.ClassNames);
        }
    }

    [Fact]
    public void An_unknown_category_a_missing_cell_and_a_row_without_a_label_are_fine()
    {
        var stream = new RowStream(2, 1, 3, 6);
        var mixture = new Mixture(stream.Schema, RowStream.Options);
        mixture.Learn(stream.Next(200));
        float[] unknown = [0.1f, float.NaN, RowBatch.UnknownCategory];
        float[] beyond = [0.1f, float.NaN, 4000f];
        var rows = new RowBatch
        {
            Values = [.. unknown, .. beyond],
            Targets = [RowBatch.NoClass, RowBatch.NoClass],
            NextOffset = 2,
        };
        var predictions = mixture.Predict(rows);
        var stride = predictions.ClassStride;
        Assert.Equal(1, predictions.Probabilities[..stride].Sum(), 1e-3);
        Assert.Equal(predictions.Probabilities[..stride], predictions.Probabilities[stride..]);
        Assert.Equal(4000f, rows.Values[5]);
        Assert.Equal(mixture.Gate.Vocabulary.Classes, predictions.ClassNames);
    }

    [Fact]
    public void Before_the_first_row_no_class_is_known()
    {
        var stream = new RowStream(2, 0, 2, 1);
        var predictions = new Mixture(stream.Schema, RowStream.Options).Predict(stream.Next(3));
        Assert.Equal(0, predictions.Number);
        Assert.Equal([-1, -1, -1], predictions.Classes);
        Assert.All(predictions.Probabilities, p => Assert.Equal(0f, p));
    }

    [Fact]
    public void Rows_of_other_columns_and_infinite_numbers_are_refused()
    {
        var stream = new RowStream(2, 0, 2, 1);
        var mixture = new Mixture(stream.Schema, RowStream.Options);
        mixture.Learn(stream.Next(20));
        var few = new RowBatch { Values = [1f], Targets = [-1], NextOffset = 1 };
        Assert.StartsWith("There are 1 cells; 1 rows of 2 features were expected.",
            Assert.Throws<ArgumentException>(() => mixture.Predict(few)).Message, StringComparison.Ordinal);
        var endless = few with { Values = [1f, float.PositiveInfinity] };
        Assert.StartsWith("Row 0 has Infinity in column 'n1'; a finite number, or NaN for a missing one, was expected.",
            Assert.Throws<ArgumentException>(() => mixture.Predict(endless)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_threads_predict_while_one_learns_and_each_answer_is_of_the_batch_that_it_names()
    {
        var (stream, twin) = (new RowStream(3, 1, 3, 8), new RowStream(3, 1, 3, 8));
        var mixture = new Mixture(stream.Schema, RowStream.Options);
        mixture.Learn(stream.Next(64));
        var asked = new RowStream(3, 1, 3, 99).Next(5) with { NewTerms = [] };
        using var end = new CancellationTokenSource();
        var threads = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            var answers = new Dictionary<long, float[]>();
            do
            {
                var predictions = mixture.Predict(asked);
                if (answers.TryGetValue(predictions.Number, out var before))
                    Assert.Equal(before, predictions.Probabilities);
                answers[predictions.Number] = predictions.Probabilities;
            }
            while (!end.IsCancellationRequested);
            return answers;
        })).ToArray();
        for (var batch = 0; batch < 60; batch++)
            mixture.Learn(stream.Next(64));
        await end.CancelAsync();
        var answered = await Task.WhenAll(threads);
        var replayed = new Mixture(twin.Schema, RowStream.Options);
        for (var batch = 1; batch <= 61; batch++)
        {
            replayed.Learn(twin.Next(64));
            var expected = replayed.Predict(asked).Probabilities;
            foreach (var answers in answered)
                if (answers.TryGetValue(batch, out var actual))
                    Assert.Equal(expected, actual);
        }
        Assert.All(answered, answers => Assert.NotEmpty(answers));
    }

    private static int[] Bits(float[] probabilities, int known) =>
        Array.ConvertAll(probabilities[..known], BitConverter.SingleToInt32Bits);
}
