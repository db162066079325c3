using System.IO.Compression;
using MoE.Compute.Data;
using MoE.Compute.Data.Csv;
using Xunit;

namespace MoE.Compute.Tests.Data;

public sealed class CsvLimitTests
{
    private static readonly CsvOptions Narrow = new()
    {
        Limits = new CsvLimits { LineBytes = 1 << 12, Cells = 8, NameBytes = 40, LookAheadBytes = 1 << 14 },
    };

    [Fact]
    public void Blank_lines_without_end_in_a_small_gzip_are_an_error_that_holds_little_in_memory()
    {
        var packed = Blanks(1 << 26);
        Assert.True(packed.Length < 1 << 17);
        var error = "";
        var allocated = Allocations.Of(() => error = Refusal(packed, Narrow));
        Assert.Equal("x.csv has only blank lines from its header to line 16385, 16,384 bytes; remove them, or declare the "
            + "columns in a schema file.", error);
        Assert.InRange(allocated, 0, 1 << 21);
        Assert.StartsWith("x.csv has only blank lines from its header to line 1048577, 1,048,576 bytes; ",
            Refusal(packed, new()), StringComparison.Ordinal);
    }

    [Fact]
    public void Blank_lines_are_passed_over_where_the_columns_are_declared_or_rows_came_before_them()
    {
        var declared = Narrow with { Numeric = ["a"] };
        using var reader = CsvTexts.Reader(Blanks(1 << 20, "1,x\n"), declared);
        Assert.Equal([1f], reader.ReadAll().Values);
        using var late = CsvTexts.Reader("a,c\n2,y\n" + new string('\n', 1 << 16) + "3,z\n", Narrow);
        Assert.Equal([2f, 3], late.ReadAll().Values);
        using var empty = CsvTexts.Reader("a,c\n" + new string('\n', 1 << 10), Narrow);
        Assert.Null(empty.Read(64));
    }

    [Fact]
    public void A_line_that_is_too_long_is_an_error_that_names_it()
    {
        using var reader = CsvTexts.Reader("a,c\n1,x\n" + new string(' ', 5000) + "\n", Narrow);
        Assert.Equal(1, reader.Read(64)!.Rows);
        Assert.Equal("x.csv line 3 is longer than 4,096 bytes; that is the longest line that is read. Is it a CSV file?",
            Assert.Throws<SourceException>(() => reader.Read(64)).Message);
    }

    [Fact]
    public void A_header_of_too_many_cells_or_with_too_long_a_name_is_an_error_that_names_its_place()
    {
        const string Many = "x.csv line 1, column 8: there are more than 8 cells, the maximum of a line; is it a CSV file?";
        Assert.Equal(Many, Refusal("a,b,c,d,e,f,g,h,i\n", Narrow));
        Assert.Equal(Many, Refusal("\"a\",b,c,d,e,f,g,h,i\n", Narrow));
        Assert.Equal(Many, Refusal(new string(',', 4000) + "\n", Narrow));
        Assert.Contains("there are more than 65,536 cells", Refusal(new string(',', 1 << 17) + "\n", new()),
            StringComparison.Ordinal);
        Assert.Equal($"x.csv line 1, column 2: '{new string('n', 40)}...' is a name of 41 bytes; at most 40 are allowed.",
            Refusal($"a,{new string('n', 41)}\n", Narrow));
    }

    [Fact]
    public void A_row_of_too_many_cells_or_with_too_long_a_name_is_refused_and_the_others_are_read()
    {
        using var reader = CsvTexts.Reader(
            $"a,c\n1,x\n{new string(',', 3000)}\n1,{new string('n', 41)}\n2,{new string('n', 40)}\n", Narrow);
        var rows = reader.ReadAll();
        Assert.Equal([1f, 2], rows.Values);
        Assert.Equal(
            [
                "x.csv line 3, cell 8: there are more than 8 cells, the maximum of a line; is it a CSV file?",
                $"x.csv line 4, column 'c': '{new string('n', 40)}...' is a name of 41 bytes; at most 40 are allowed.",
            ], rows.Refusals.Select(r => r.Reason));
    }

    private static byte[] Blanks(int count, string end = "")
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            gzip.Write("a,c\n"u8);
            var piece = new byte[1 << 16];
            Array.Fill(piece, (byte)'\n');
            for (var written = 0; written < count; written += piece.Length)
                gzip.Write(piece);
            gzip.Write(System.Text.Encoding.UTF8.GetBytes(end));
        }
        return packed.ToArray();
    }

    private static string Refusal(string text, CsvOptions options) =>
        Refusal(System.Text.Encoding.UTF8.GetBytes(text), options);

    private static string Refusal(byte[] bytes, CsvOptions options) =>
        Assert.Throws<SourceException>(() => CsvTexts.Reader(bytes, options)).Message;
}
