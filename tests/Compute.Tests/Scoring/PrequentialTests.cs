using CsCheck;
using MoE.Compute.Files;
using MoE.Compute.Scoring;
using Xunit;

namespace MoE.Compute.Tests.Scoring;

public class PrequentialTests
{
    /// <summary>
    /// 50 rows: both said yes 20 times, both no 15, only the first 5, only the second 10. By hand: accuracy 35/50, by
    /// chance (25·30 + 25·20)/2500 = 0.5, so kappa is (0.7 - 0.5)/(1 - 0.5) = 0.4; with the first row of each class
    /// taken for wrong, as it was not foreseeable, (0.66 - 0.5)/(1 - 0.5) = 0.32.
    /// </summary>
    [Fact]
    public void Kappa_of_the_textbook_example_is_0_4_less_the_rows_that_nobody_could_foresee()
    {
        var scores = new Prequential();
        Repeat(20, () => scores.Add(0, 0, 1));
        Repeat(5, () => scores.Add(0, 1, 1));
        Repeat(15, () => scores.Add(1, 1, 1));
        Repeat(10, () => scores.Add(1, 0, 1));
        Assert.Equal(66, scores.Snapshot(2).Accuracy, 10);
        Assert.Equal(32, scores.Snapshot(2).Kappa, 10);

        var known = Known(2);
        Repeat(20, () => known.Add(0, 0, 1));
        Repeat(5, () => known.Add(0, 1, 1));
        Repeat(15, () => known.Add(1, 1, 1));
        Repeat(10, () => known.Add(1, 0, 1));
        // With the two rows before (each answered by none): accuracy 35/52, by chance (26·30 + 26·20)/52².
        var (accuracy, chance) = (35 / 52.0, 26 * 50 / 2704.0);
        Assert.Equal(100 * (accuracy - chance) / (1 - chance), known.Snapshot(2).Kappa, 10);
    }

    /// <summary>Classes 0 0 1 1 1 0: repeating the last one is right 3 times of 6.</summary>
    [Fact]
    public void Kappa_temporal_measures_against_the_last_class()
    {
        var scores = new Prequential();
        int[] truths = [0, 0, 1, 1, 1, 0];
        foreach (var truth in truths)
            scores.Add(truth, truth, 1);
        // 4 right, for 0 and 1 were new once: (4/6 - 3/6) / (3/6).
        Assert.Equal(100 / 3.0, scores.Snapshot(2).KappaTemporal, 10);
        Assert.Equal(400 / 6.0, scores.Snapshot(2).Accuracy, 10);
    }

    [Fact]
    public void Kappa_is_0_where_there_is_nothing_to_be_better_than()
    {
        var scores = new Prequential();
        Repeat(5, () => scores.Add(0, 0, 1));
        Assert.Equal(0, scores.Snapshot(1).Kappa);
        Assert.Equal(new Scores(0, 0, 0, 0, 0, 0, 0, 0), new Prequential().Snapshot(0));
    }

    [Theory]
    [InlineData(1f, 0)]
    [InlineData(1.0000001f, 0)]
    [InlineData(0.5f, 0.6931471805599453)]
    [InlineData(1e-9f, 13.8)]
    [InlineData(0f, 13.8)]
    [InlineData(float.NaN, 13.8)]
    public void Log_loss_is_clipped(float probability, double loss)
    {
        var scores = Known(1);
        scores.Add(0, 0, probability);
        Assert.Equal((13.8 + loss) / 2, scores.Snapshot(1).LogLoss, 7);     // the logarithm is a float
    }

    [Fact]
    public void A_class_that_was_not_known_and_an_answer_that_was_not_given_are_wrong()
    {
        var scores = Known(1);
        scores.Add(1, 1, 1);
        scores.Add(1, -1, 1);
        scores.Add(70, 3, 0.5f);
        scores.Add(1, 1, 1);
        scores.Refuse(4);
        var snapshot = scores.Snapshot(3);
        Assert.Equal((5, 4, 3, 20), (snapshot.Rows, snapshot.Refused, snapshot.Classes, snapshot.Accuracy));
        Assert.Equal(3 * 13.8 / 5, snapshot.LogLoss, 10);
    }

    [Fact]
    public void Scores_agree_with_their_plain_definitions_and_survive_saving() =>
        Gen.Select(Gen.Int[0, 4], Gen.Int[-1, 4], Gen.Float[0, 1]).Array[1, 2500].Select(Gen.Int[0, 2500])
        .Sample((rows, cut) =>
        {
            var scores = new Prequential();
            for (var i = 0; i < rows.Length; i++)
            {
                if (i == cut)
                    scores = Reloaded(scores);
                scores.Add(rows[i].Item1, rows[i].Item2, rows[i].Item3);
            }
            var right = Right(rows);
            var actual = scores.Snapshot(5);
            var accuracy = right.Average(r => r ? 1.0 : 0);
            var chance = Enumerable.Range(0, 5).Sum(c =>
                rows.Average(r => r.Item1 == c ? 1.0 : 0) * rows.Average(r => r.Item2 == c ? 1.0 : 0));
            var unchanged = rows.Skip(1).Where((r, i) => r.Item1 == rows[i].Item1).Count() / (double)rows.Length;
            Assert.Equal(100 * accuracy, actual.Accuracy, 9);
            Assert.Equal(100 * right.TakeLast(1000).Average(r => r ? 1.0 : 0), actual.WindowAccuracy, 9);
            Assert.Equal(chance < 1 - 1e-12 ? 100 * (accuracy - chance) / (1 - chance) : 0, actual.Kappa, 9);
            Assert.Equal(100 * (accuracy - unchanged) / (1 - unchanged), actual.KappaTemporal, 9);
        }, iter: 100);

    [Fact]
    public void Adding_a_row_allocates_nothing()
    {
        var scores = Known(5);
        var allocated = Allocations.Of(() =>
        {
            for (var i = 0; i < 10_000; i++)
                scores.Add(i % 5, i % 3, 0.3f);
        });
        Assert.Equal(0, allocated);
    }

    private static List<bool> Right((int Truth, int Predicted, float)[] rows)
    {
        var known = 0;
        List<bool> right = [];
        foreach (var (truth, predicted, _) in rows)
        {
            right.Add(truth < known && truth == predicted);
            known = Math.Max(known, truth + 1);
        }
        return right;
    }

    private static Prequential Known(int classes)
    {
        var scores = new Prequential();
        for (var c = 0; c < classes; c++)
            scores.Add(c, -1, 0);
        return scores;
    }

    private static Prequential Reloaded(Prequential scores)
    {
        var state = new StateWriter();
        scores.Save(state);
        var reader = new StateReader(state.ToArray());
        var loaded = new Prequential();
        loaded.Load(reader);
        Assert.True(reader.AtEnd);
        return loaded;
    }

    private static void Repeat(int times, Action action)
    {
        for (var i = 0; i < times; i++)
            action();
    }
}
