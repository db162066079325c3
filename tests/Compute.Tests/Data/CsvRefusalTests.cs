using MoE.Compute.Data;
using MoE.Compute.Data.Csv;
using Xunit;

namespace MoE.Compute.Tests.Data;

public class CsvRefusalTests
{
    private const string Unclosed = "the quote is not closed; a quoted cell must end on the line where it begins.";
    private const string Allowed = "a finite number, an empty cell or ? is allowed.";

    private static readonly CsvOptions Declared = new() { Numeric = ["a"], Categorical = ["b"], MaxClasses = 2 };

    [Theory]
    [InlineData("1,x", ": 2 cells, but the header has 3; a row needs one for each column.")]
    [InlineData("1", ": 1 cell, but the header has 3; a row needs one for each column.")]
    [InlineData("1,x,UP,", ": 4 cells, but the header has 3; a row needs one for each column.")]
    [InlineData("abc,x,UP", ", column 'a': 'abc' is not a number; " + Allowed)]
    [InlineData("1.2.3,x,UP", ", column 'a': '1.2.3' is not a number; " + Allowed)]
    [InlineData("-,x,UP", ", column 'a': '-' is not a number; " + Allowed)]
    [InlineData("NaN,x,UP", ", column 'a': 'NaN' is not finite; " + Allowed)]
    [InlineData("-Infinity,x,UP", ", column 'a': '-Infinity' is not finite; " + Allowed)]
    [InlineData("1e39,x,UP", ", column 'a': '1e39' is too large for a 32-bit number, which ends at 3.4e38; " + Allowed)]
    [InlineData("1,x,", ", column 'class': the class is missing (''); every row needs one.")]
    [InlineData("1,x,?", ", column 'class': the class is missing ('?'); every row needs one.")]
    [InlineData("1,x,LEFT", ", column 'class': 'LEFT' is a new class after 2 others, but max-classes is 2; "
        + "correct the row, or raise that.")]
    [InlineData("1,\"x,UP", ", column 'b': " + Unclosed)]
    [InlineData("1,\"x\"y,UP", ", column 'b': text follows on the closing quote; "
        + "a quote inside a quoted cell is written twice.")]
    [InlineData("1,x,UP,\"", ", cell 4: " + Unclosed)]
    [InlineData("a\tb,x,UP", ", column 'a': 'a\uFFFDb' is not a number; " + Allowed)]
    public void A_bad_row_is_refused_with_its_place_and_leaves_no_trace(string row, string reason)
    {
        using var reader = CsvTexts.Reader($"a,b,class\n1,x,UP\n\n2,x,DOWN\n{row}\n3,y,UP\n", Declared);
        var batch = reader.ReadAll();
        var refusal = Assert.Single(batch.Refusals);
        Assert.Equal(5, refusal.Line);
        Assert.Equal("x.csv line 5" + reason, refusal.Reason);
        Assert.Equal([1f, 0, 2, 0, 3, 1], batch.Values);
        Assert.Equal(4, batch.NextOffset);
    }

    [Fact]
    public void Names_of_a_refused_row_are_not_kept()
    {
        using var reader = CsvTexts.Reader("b,a,class\nnew,abc,LEFT\nother,1,UP\n", Declared);
        Assert.Equal([new(0, "other"), new(-1, "UP")], reader.ReadAll().NewTerms);
    }

    [Fact]
    public void A_name_that_is_no_text_is_refused()
    {
        byte[] text = [.. "b,class\n"u8, 0xE9, .. ",UP\n"u8];
        using var reader = CsvTexts.Reader(text);
        Assert.Equal("x.csv line 2, column 'b': '\uFFFD' is not UTF-8 text; save the file in that encoding.",
            Assert.Single(reader.ReadAll().Refusals).Reason);
    }

    [Fact]
    public void A_long_cell_is_shown_by_its_beginning()
    {
        using var reader = CsvTexts.Reader($"a,b,class\n{new string('z', 500)},x,UP\n", Declared);
        Assert.Contains($"'{new string('z', 40)}...' is not a number", reader.ReadAll().Refusals[0].Reason);
    }

    [Fact]
    public void Refusals_at_the_end_come_in_a_batch_without_rows()
    {
        using var reader = CsvTexts.Reader("a,b,class\n1,x,UP\nbad\nbad\n", Declared);
        Assert.Empty(reader.Read(1)!.Refusals);
        var last = reader.Read(1)!;
        Assert.Equal((0, 2, 3), (last.Rows, last.Refusals.Count, last.NextOffset));
        Assert.Null(reader.Read(1));
    }

    [Fact]
    public void A_source_of_bad_rows_only_is_told_of_in_parts()
    {
        var bad = string.Concat(Enumerable.Repeat("bad\n", CsvReader.MaxRefusals + 5));
        using var reader = CsvTexts.Reader("a,b,class\n" + bad, Declared);
        Assert.Equal(CsvReader.MaxRefusals, reader.Read(64)!.Refusals.Count);
        Assert.Equal(5, reader.Read(64)!.Refusals.Count);
        Assert.Null(reader.Read(64));
    }
}
