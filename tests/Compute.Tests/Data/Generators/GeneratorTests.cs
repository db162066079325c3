using CsCheck;
using MoE.Compute.Data;
using MoE.Compute.Data.Generators;
using Xunit;
using Streams = MoE.Compute.Data.Generators.Generators;

namespace MoE.Compute.Tests.Data.Generators;

public class GeneratorTests
{
    public static TheoryData<string> Names => [.. Streams.Names];

    [Fact]
    public void The_streams_are_those_of_the_literature_and_the_mosaic() => Assert.Equal(
        ["agrawal", "agrawal-gradual", "hyperplane", "led", "led-gradual", "mosaic", "rbf-fast", "rbf-moderate",
            "sea", "sea-gradual", "sea-recurring", "sine", "sine-gradual"],
        Streams.Names);

    [Theory]
    [MemberData(nameof(Names))]
    public void The_same_seed_gives_the_same_rows_in_batches_of_any_size(string name)
    {
        var whole = Rows(name, 1, 2000);
        Gen.Int[1, 300].Sample(size =>
        {
            using var source = new LimitedSource(Create(name, 1), 2000);
            CsvTexts.AssertEqual(whole, source.ReadAll(size));
        }, iter: 10);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Another_seed_gives_other_rows(string name) =>
        Assert.NotEqual(Rows(name, 1, 10).Values, Rows(name, 2, 10).Values);

    [Theory]
    [MemberData(nameof(Names))]
    public void Skipping_to_a_row_is_drawing_up_to_it(string name) => Gen.Int[0, 1500].Sample(offset =>
    {
        using var first = Create(name, 3);
        var names = new Vocabulary();
        if (offset > 0)
        {
            foreach (var term in first.Read(offset)!.NewTerms)
                names.Add(term);
        }
        using var second = Create(name, 3);
        second.SkipTo(offset);
        CsvTexts.AssertSame(first.Schema, names, first.Read(500)!, second.Read(500)!);
    }, iter: 10);

    [Theory]
    [MemberData(nameof(Names))]
    public void Rows_are_finite_and_every_class_turns_up(string name)
    {
        using var source = Create(name, 5);
        var batch = source.Read(2000)!;
        Assert.All(batch.Values, v => Assert.True(float.IsFinite(v)));
        var classes = batch.NewTerms.Count(t => t.Column == Term.Class);
        Assert.Equal(name.Split('-')[0] switch { "led" => 10, "rbf" => 5, "mosaic" => 4, _ => 2 }, classes);
        Assert.Equal(Enumerable.Range(0, classes), batch.Targets.Distinct());
    }

    [Fact]
    public void An_unknown_stream_is_an_error_with_the_nearest_name()
    {
        var error = Assert.Throws<SourceException>(() => Create("rbf-fats", 1));
        Assert.Equal("There is no generator 'rbf-fats'. Did you mean 'rbf-fast'?", error.Message);
    }

    [Fact]
    public void Options_that_make_no_stream_are_refused_whole()
    {
        var error = Assert.Throws<InvalidOptionsException>(
            () => new GeneratorOptions { Rows = 0, Width = double.NaN }.Validated());
        Assert.Equal(
            ["The number of rows is 0; it must be 1 or more.",
                "The width of a change is NaN rows; it must be longer than 0."],
            error.Problems);
    }

    [Theory]
    [InlineData("sea", null, "seed 1, concepts spread over 2000 rows")]
    [InlineData("sea", 50.5, "seed 1, concepts spread over 2000 rows")]
    [InlineData("sea-gradual", null, "seed 1, concepts spread over 2000 rows")]
    [InlineData("sea-gradual", 50.5, "seed 1, concepts spread over 2000 rows, changes 50.5 rows wide")]
    [InlineData("rbf-fast", 50.5, "seed 1")]
    public void A_stream_is_known_by_whatever_its_rows_depend_on(string name, double? width, string detail)
    {
        using var source = Streams.Create(name, new() { Rows = 2000, Width = width });
        Assert.Equal(new SourceId(SourceKind.Generator, name, detail), source.Id);
    }

    private static IRowSource Create(string name, long seed) =>
        Streams.Create(name, new() { Seed = seed, Rows = 2000 });

    private static RowBatch Rows(string name, long seed, int rows)
    {
        using var source = Create(name, seed);
        return source.Read(rows)!;
    }
}
