using System.Globalization;
using MoE.Compute.Data;
using MoE.Compute.Experts;
using MoE.Compute.Gating;
using MoE.Compute.Tests.Gating;
using Xunit;

namespace MoE.Compute.Tests;

public sealed class MixtureTests
{
    [Fact]
    public void The_same_rows_give_the_same_fingerprint_and_another_seed_another()
    {
        var first = Learned(RowStream.Options, 10).Fingerprint();
        Assert.Equal(first, Learned(RowStream.Options, 10).Fingerprint());
        Assert.NotEqual(first, Learned(RowStream.Options with { Seed = 2 }, 10).Fingerprint());
        Assert.NotEqual(first, Learned(RowStream.Options, 11).Fingerprint());
        Assert.Equal(16, first.Length);
    }

    [Fact]
    public void The_culture_changes_neither_numbers_nor_sentences()
    {
        var (expected, sentences) = (Learned(RowStream.Options, 5).Fingerprint(), Sentences());
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (culture.NumberFormat.NumberDecimalSeparator, culture.NumberFormat.NegativeSign) = (",", "~");
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = culture;
            Assert.Equal(expected, Learned(RowStream.Options, 5).Fingerprint());
            Assert.Equal(sentences, Sentences());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void It_learns_what_no_single_column_tells()
    {
        var stream = new RowStream(2, 0, 2, 7);
        var mixture = new Mixture(stream.Schema, RowStream.Options);
        var right = 0;
        for (var batch = 0; batch < 40; batch++)
        {
            var rows = stream.Next(50);
            var predictions = mixture.Learn(rows);
            right += batch < 30 ? 0 : predictions.Classes.Zip(rows.Targets).Count(p => p.First == p.Second);
        }
        // 1 label in 20 is wrong and 1 cell in 20 is missing, so about 90 % is the most one can have
        Assert.InRange(right / 500.0, 0.8, 1);
    }

    [Fact]
    public void The_first_row_has_no_class_and_later_ones_have_probabilities()
    {
        var stream = new RowStream(3, 1, 5, 1);
        var mixture = new Mixture(stream.Schema, RowStream.Options);
        Assert.Equal(-1, mixture.Learn(stream.Next(1)).Classes[0]);
        var predictions = mixture.Learn(stream.Next(40));
        for (var row = 0; row < 40; row++)
        {
            var p = predictions.Probabilities.AsSpan(row * predictions.ClassStride, predictions.ClassStride).ToArray();
            Assert.Equal(1, p.Sum(v => (double)v), 2e-4);
            Assert.Equal(p.Max(), p[predictions.Classes[row]]);
        }
    }

    [Theory]
    [InlineData(float.PositiveInfinity, 0f)]
    [InlineData(1f, float.NaN)]
    [InlineData(1f, 9f)]
    public void Bad_rows_are_refused_and_nothing_is_learned(float number, float category)
    {
        var stream = new RowStream(1, 1, 2, 1);
        var mixture = new Mixture(stream.Schema, RowStream.Options);
        mixture.Learn(stream.Next(30));
        var before = mixture.Fingerprint();
        var bad = stream.Next(1) with { Values = [number, category] };
        var error = Assert.Throws<ArgumentException>(() => mixture.Learn(bad));
        Assert.StartsWith("Row 0 of the batch has ", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, mixture.Fingerprint());
    }

    [Fact]
    public void A_batch_without_rows_reports_its_refusals_and_teaches_nobody()
    {
        var stream = new RowStream(3, 1, 5, 1);
        var mixture = new Mixture(stream.Schema, RowStream.Options);
        mixture.Learn(stream.Next(30));
        var predictions = mixture.Learn(new RowBatch
        {
            Values = [],
            Targets = [],
            NextOffset = 33,
            Refusals = [new(31, 32, "bad"), new(32, 33, "bad"), new(33, 34, "bad")],
        });
        Assert.Equal((2, 0), (predictions.Number, predictions.Classes.Length));
        Assert.Equal((30, 3), (mixture.Gate.Scores().Rows, mixture.Gate.Scores().Refused));
        Assert.Equal(1, new Mixture(stream.Schema, RowStream.Options).Learn(stream.Next(0)).Number);
    }

    [Fact]
    public void Without_routed_experts_the_size_of_batches_changes_no_prediction()
    {
        var shared = RowStream.Options.Pool.Where(e => e.Role == ExpertRole.Shared);
        var options = RowStream.Options with { Pool = [.. shared] };
        var expected = Predicted(64);
        Assert.Equal(expected, Predicted(1));
        Assert.Equal(expected, Predicted(7));

        List<(int, float)> Predicted(int size)
        {
            var source = new RowStream(3, 0, 5, 1);
            var mixture = new Mixture(source.Schema, options);
            var all = new RowStream(3, 0, 5, 1).Next(400);
            List<(int, float)> made = [];
            for (var at = 0; at < 400; at += size)
            {
                var rows = source.Next(Math.Min(size, 400 - at));
                Assert.Equal(all.Targets.Skip(at).Take(rows.Rows), rows.Targets);
                var p = mixture.Learn(rows);
                made.AddRange(p.Classes.Select(
                    (c, row) => (c, c < 0 ? 0 : p.Probabilities[(row * p.ClassStride) + c])));
            }
            return made;
        }
    }

    [Fact]
    public void The_default_pool_runs_on_every_kind_of_column()
    {
        foreach (var (numeric, categorical) in ((int, int)[])[(3, 2), (1, 0), (0, 1)])
        {
            var stream = new RowStream(numeric, categorical, 3, 1);
            var mixture = new Mixture(stream.Schema, new MixtureOptions());
            for (var batch = 0; batch < 4; batch++)
                Assert.All(mixture.Learn(stream.Next(50)).Probabilities, p => Assert.InRange(p, 0f, 1.001f));
            Assert.Equal(200, mixture.Gate.Scores().Rows);
        }
    }

    /// <summary>What is said of wrong options and wrong rows, numbers in it.</summary>
    private static List<string> Sentences()
    {
        var options = new MixtureOptions
        {
            Batch = -1,
            Window = 0,
            MaxClasses = 1,
            Router = new RouterOptions { BiasRate = 0.5f, Rate = -1.5f, TopK = -2 },
            Pool = [new ExpertSpec("it", ExpertRole.Shared, "mlp rate=7.5 hidden=-3")],
        };
        var gate = new Gate(EncodedStream.SchemaOf(1, 1), RowStream.Options);
        var rows = new RowBatch
        {
            Values = [1, 0.5f],
            Targets = [0],
            NewTerms = [new(Term.Class, "a"), new(1, "x")],
            NextOffset = 1,
        };
        return [
            .. Assert.Throws<InvalidOptionsException>(options.Validated).Problems,
            gate.Problem(rows)!, gate.Problem(rows with { Targets = [-5] })!];
    }

    private static Mixture Learned(MixtureOptions options, int batches)
    {
        var stream = new RowStream(3, 1, 5, 1);
        var mixture = new Mixture(stream.Schema, options);
        for (var batch = 0; batch < batches; batch++)
            mixture.Learn(stream.Next(40));
        return mixture;
    }
}
