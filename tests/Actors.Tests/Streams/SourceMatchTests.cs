using MoE.Actors.Gate;
using MoE.Compute.Data;
using Xunit;

namespace MoE.Actors.Tests.Streams;

public sealed class SourceMatchTests
{
    private static readonly SourceId File = new(SourceKind.File, "a.csv", "digest-1", 100_000);
    private static readonly SourceId Generator = new(SourceKind.Generator, "sea", "seed=1");

    [Fact]
    public void The_same_file_is_gone_on_with_where_it_stands() => AssertKnown(File, File);

    [Fact]
    public void A_file_may_have_moved() => AssertKnown(File, File with { Name = "moved/b.csv" });

    [Fact]
    public void A_file_may_have_grown() => AssertKnown(File, File with { Length = 100_001 });

    [Fact]
    public void A_file_may_have_moved_and_grown() =>
        AssertKnown(File, File with { Name = "moved/b.csv", Length = 200_000 });

    [Theory]
    [InlineData("a.csv")]
    [InlineData("moved/b.csv")]
    public void A_file_that_was_cut_shorter_is_refused_whatever_it_is_called(string name) =>
        Assert.NotNull(Problem(File, File with { Name = name, Length = 99_999 }));

    [Fact]
    public void A_file_with_another_beginning_in_the_place_of_a_known_one_is_refused_in_words() => Assert.Equal(
        "a.csv (120,000 bytes) is not the file from which the model read 8 rows, a.csv (100,000 bytes). Pass the "
        + "original file, or --source NAME to treat this one as a new source.",
        Problem(File, File with { Detail = "digest-2", Length = 120_000 }));

    [Fact]
    public void A_file_with_another_beginning_and_another_name_is_a_new_source() =>
        AssertNew(File, new(SourceKind.File, "b.csv", "digest-2", 100_000));

    [Fact]
    public void A_generator_is_told_by_all_that_its_rows_depend_on()
    {
        AssertKnown(Generator, Generator);
        AssertNew(Generator, Generator with { Detail = "seed=2" });
        AssertNew(Generator, Generator with { Name = "led" });
    }

    [Fact]
    public void A_named_source_is_told_by_its_name_alone()
    {
        AssertKnown(SourceId.Named("rows"), SourceId.Named("rows"));
        AssertNew(SourceId.Named("rows"), SourceId.Named("other rows"));
    }

    [Fact]
    public void A_source_of_one_kind_is_never_one_of_another()
    {
        AssertNew(File, SourceId.Named(File.Name));
        AssertNew(SourceId.Named(File.Name), File);
        AssertNew(Generator, SourceId.Named(Generator.Name));
        AssertNew(SourceId.Named("standard input"), SourceId.Stream("standard input"));
    }

    [Fact]
    public void A_stream_of_which_rows_were_read_is_refused_in_words()
    {
        var stream = SourceId.Stream("standard input");
        Assert.Equal("The model has already read 8 rows from standard input, which cannot be resumed. For new rows, "
            + "pass --source NAME; to resume, pass --source NAME --offset ROWS_ALREADY_SENT.",
            Problem(stream, stream));
        AssertNew(stream, SourceId.Stream("another pipe"));
    }

    [Fact]
    public void A_stream_of_which_no_row_was_read_may_begin_again()
    {
        var stream = SourceId.Stream("standard input");
        Assert.Null(SourceMatch.Problem(Known(new SourcePosition(stream, 0, 0)), stream));
    }

    [Fact]
    public void The_index_is_that_of_the_source_among_several()
    {
        var known = Known(new SourcePosition(Generator, 8, 8), new SourcePosition(SourceId.Named("rows"), 8, 8),
            new SourcePosition(File, 8, 8));
        Assert.Equal([0, 1, 2, -1], ((SourceId[])[Generator, SourceId.Named("rows"), File, SourceId.Named("new")])
            .Select(id => SourceMatch.Find(known, id)));
    }

    private static void AssertKnown(SourceId known, SourceId id)
    {
        Assert.Equal(0, SourceMatch.Find(Known(new SourcePosition(known, 8, 8)), id));
        Assert.Null(Problem(known, id));
    }

    private static void AssertNew(SourceId known, SourceId id)
    {
        Assert.Equal(-1, SourceMatch.Find(Known(new SourcePosition(known, 8, 8)), id));
        Assert.Null(Problem(known, id));
    }

    private static string? Problem(SourceId known, SourceId id) =>
        SourceMatch.Problem(Known(new SourcePosition(known, 8, 8)), id);

    private static IEnumerable<KeyValuePair<int, SourcePosition>> Known(params SourcePosition[] positions) =>
        positions.Select((position, index) => KeyValuePair.Create(index, position));
}
