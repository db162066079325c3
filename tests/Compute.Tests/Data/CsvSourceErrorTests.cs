using MoE.Compute.Data;
using MoE.Compute.Data.Csv;
using Xunit;

namespace MoE.Compute.Tests.Data;

public class CsvSourceErrorTests
{
    [Theory]
    [InlineData("", "x.csv is empty; a header row and rows below it are expected.")]
    [InlineData("\n \r\n", "x.csv is empty; a header row and rows below it are expected.")]
    [InlineData("a\n1\n", "x.csv has only the column 'a'; a feature and the target are needed, with commas.")]
    [InlineData("a,b,a\n", "x.csv has two columns 'a' (1 and 3); rename one of them.")]
    [InlineData("a,\"b\n1,2\n", "x.csv line 1, column 2: the quote is not closed; "
        + "a quoted cell must end on the line where it begins.")]
    [InlineData("a\0,b\n", "x.csv line 1 is not UTF-8 text; a CSV file in UTF-8, gzipped or not, is expected.")]
    [InlineData("a,b\r1,2\r", "x.csv line 1 has a carriage return inside; lines must end in LF or CRLF.")]
    public void A_header_that_is_none_is_an_error(string text, string message) =>
        Assert.Equal(message, Assert.Throws<SourceException>(() => CsvTexts.Reader(text)).Message);

    [Fact]
    public void A_column_that_is_not_there_is_an_error_with_the_nearest_name()
    {
        var target = Assert.Throws<SourceException>(
            () => CsvTexts.Reader("day,price,class\n", new() { Target = "clas" }));
        Assert.Equal("x.csv has no column 'clas' to be the target. Did you mean 'class'?", target.Message);
        var category = Assert.Throws<SourceException>(
            () => CsvTexts.Reader("day,price,class\n", new() { Categorical = ["weekday!"] }));
        Assert.Equal(
            "x.csv has no column 'weekday!' to be a categorical column. There is 'day', 'price', 'class'.",
            category.Message);
    }

    [Fact]
    public void A_path_without_a_file_is_an_error()
    {
        var missing = Assert.Throws<SourceException>(() => RowSources.Open("no/such.csv", new()));
        Assert.Equal("There is no file no/such.csv.", missing.Message);
        var folder = Path.GetTempPath();
        var directory = Assert.Throws<SourceException>(() => RowSources.Open(folder, new()));
        Assert.Equal($"{folder} is a directory; give one of its files.", directory.Message);
    }

    [Fact]
    public void A_line_without_end_is_an_error_after_the_rows_before_it()
    {
        using var reader = CsvTexts.Reader("a,c\n1,x\n" + new string('1', LineLimit + 1) + ",x\n");
        Assert.Equal(1, reader.Read(64)!.Rows);
        var error = Assert.Throws<SourceException>(() => reader.Read(64));
        Assert.Equal(
            "x.csv line 3 is longer than 16 MiB; that is the longest line that is read. Is it a CSV file?", error.Message);
    }

    [Fact]
    public void Gzip_is_found_by_its_content_also_in_several_members()
    {
        byte[] two = [.. CsvTexts.Gzip("a,c\n1,x\n2"), .. CsvTexts.Gzip(",y\n3,x\n")];
        using var reader = CsvTexts.Reader(two);
        Assert.Equal([1f, 2, 3], reader.ReadAll().Values);
    }

    [Fact]
    public void Gzip_cut_off_anywhere_gives_the_rows_before_the_cut_and_then_an_error()
    {
        var text = "a,c\n" + string.Concat(Enumerable.Range(0, 3000).Select(i => $"{i * 7919 % 10007},k{i % 3}\n"));
        using var reader = CsvTexts.Reader(text);
        var whole = reader.ReadAll().Values;
        var packed = CsvTexts.Gzip(text);
        for (var length = packed.Length - 1; length > 2; length -= length > packed.Length - 40 ? 1 : 97)
        {
            var rows = new List<float>();
            var error = Assert.Throws<SourceException>(() =>
            {
                using var cut = CsvTexts.Reader(packed[..length]);
                while (cut.Read(64) is { } batch)
                    rows.AddRange(batch.Values);
            });
            Assert.Equal(whole.Take(rows.Count), rows);
            Assert.Equal(
                $"x.csv is corrupt or cut off after line {(rows.Count > 0 ? rows.Count + 1 : LineOf(error))}; "
                    + "fetch or pack it again.", error.Message);
        }
    }

    [Fact]
    public void Gzip_with_a_wrong_byte_gives_rows_or_an_error_but_never_ends_in_silence()
    {
        var text = "a,c\n" + string.Concat(Enumerable.Range(0, 500).Select(i => $"{i},k{i % 3}\n"));
        var packed = CsvTexts.Gzip(text);
        for (var at = 10; at < packed.Length; at += 13)
        {
            byte[] broken = [.. packed];
            broken[at] ^= 0x10;
            Assert.Throws<SourceException>(() =>
            {
                using var reader = CsvTexts.Reader(broken);
                reader.ReadAll();
            });
        }
    }

    [Fact]
    public void A_stream_that_gives_a_byte_at_a_time_is_read_alike()
    {
        const string Text = "\uFEFFa,b,c\r\n1,\"x, y\",k\r\n\r\n2,z,l";
        using var whole = CsvTexts.Reader(Text);
        using var trickle = new CsvReader(new Trickle(System.Text.Encoding.UTF8.GetBytes(Text)), SourceId.Stream("x.csv"), new());
        CsvTexts.AssertEqual(whole.ReadAll(), trickle.ReadAll());
    }

    private const int LineLimit = 1 << 24;

    private static string LineOf(SourceException error) => error.Message.Contains("line 0") ? "0" : "1";

    private sealed class Trickle(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(1, buffer.Length)]);
    }
}
