using CsCheck;
using MoE.Compute.Data;
using MoE.Compute.Files;
using MoE.Compute.Scoring;
using Xunit;

namespace MoE.Compute.Tests.Scoring;

public sealed class TargetTests
{
    [Fact]
    public void A_schema_that_is_given_a_name_predicts_the_classes_of_that_column()
    {
        Column[] features = [new("x", ColumnKind.Numeric)];
        Assert.Equal(new Schema(features, new Classes("y")), new Schema(features, "y"));
        Assert.NotEqual(new Schema(features, new Classes("y")), new Schema(features, "z"));
        Assert.Equal("y", new Schema(features, "y").Target.Name);
    }

    [Fact]
    public void The_scoreboard_of_classes_scores_the_probability_that_an_answer_gives_to_the_row_s_class() =>
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 4].SelectMany(known => Gen.Single[0, 1].Array[known]))
            .Array[0, 40].Sample(rows =>
            {
                var (scores, expected) = (new Classes("y").NewScoreboard(), new Prequential());
                foreach (var (truth, answer) in rows)
                {
                    var predicted = answer.Length == 0 ? -1 : Array.IndexOf(answer, answer.Max());
                    scores.Add(truth, predicted, answer);
                    expected.Add(truth, predicted, truth < answer.Length ? answer[truth] : 0);
                }
                scores.Refuse(3);
                expected.Refuse(3);
                Assert.Equal(rows.Length, scores.Rows);
                Assert.Equal(expected.Snapshot(6), scores.Snapshot(6));
                Assert.Equal(Saved(expected), Saved(scores));
            });

    [Theory]
    [InlineData(0.5f, 0.6931472f)]
    [InlineData(1.0000001f, 0)]
    [InlineData(0.001f, IScoreboard.MostLoss)]
    [InlineData(0, IScoreboard.MostLoss)]
    public void The_loss_that_growth_watches_is_the_log_loss_and_at_most_5(float probability, float loss)
    {
        var scores = new Classes("y").NewScoreboard();
        Assert.Equal(loss, scores.Loss(1, [0, probability]), 1e-6f);
        Assert.Equal(IScoreboard.MostLoss, scores.Loss(2, [0, probability]));
    }

    private static byte[] Saved(IScoreboard scores)
    {
        var state = new StateWriter();
        scores.Save(state);
        return state.ToArray();
    }
}
