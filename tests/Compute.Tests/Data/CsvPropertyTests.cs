using System.Globalization;
using CsCheck;
using MoE.Compute.Data;
using MoE.Compute.Data.Csv;
using Xunit;

namespace MoE.Compute.Tests.Data;

public class CsvPropertyTests
{
    private static readonly CsvOptions Declared = new() { Numeric = ["a"], Categorical = ["b"], MaxClasses = 3 };

    private static readonly Gen<byte[]> Bytes = Gen.OneOf(
        Gen.Byte,
        Any(",\n\r\"?1x."u8.ToArray())).Array[0, 300];

    [Fact]
    public void Random_bytes_are_read_or_refused_and_every_row_is_counted() =>
        Bytes.Select(Gen.Bool, Gen.Int[1, 5]).Sample((bytes, hasHeader, rows) =>
        {
            byte[] text = hasHeader ? [.. "a,b,c\n"u8, .. bytes] : bytes;
            try
            {
                using var reader = CsvTexts.Reader(text, hasHeader ? Declared : new());
                AssertCounts(reader, rows);
            }
            catch (SourceException e)
            {
                Assert.False(hasHeader, e.Message);
                Assert.StartsWith("x.csv ", e.Message);
            }
        });

    [Fact]
    public void Random_bytes_behind_the_mark_of_gzip_end_in_an_error() =>
        Gen.Byte.Array[0, 300].Sample(bytes => Assert.Throws<SourceException>(() =>
        {
            using var reader = CsvTexts.Reader([0x1F, 0x8B, .. bytes]);
            reader.ReadAll();
        }));

    [Fact]
    public void A_table_that_was_written_is_read_back()
    {
        var name = Gen.String[Gen.Char[" ,\"abcé€"], 0, 6].Where(s => s != "?");
        var number = Gen.Float.Where(float.IsFinite).Select(f => (float?)f);
        var row = Gen.Select(Gen.OneOf(number, Gen.Const((float?)null)), name, name.Where(s => s.Length > 0));
        row.Array[0, 100].Select(Gen.Int[1, 70]).Sample((table, rows) =>
        {
            var text = "a,b,c\n" + string.Concat(table.Select(
                r => $"{r.Item1?.ToString("R", CultureInfo.InvariantCulture)},{Quoted(r.Item2)},{Quoted(r.Item3)}\n"));
            using var reader = CsvTexts.Reader(text, Declared with { MaxClasses = 1000 });
            var batch = reader.ReadAll(rows);
            var names = new Vocabulary();
            foreach (var term in batch.NewTerms)
                names.Add(term);
            Assert.Empty(batch.Refusals);
            Assert.Equal(table.Select(r => r.Item1 ?? float.NaN), batch.Values.Where((_, i) => i % 2 == 0));
            Assert.Equal(table.Select(r => r.Item2),
                batch.Values.Where((_, i) => i % 2 == 1).Select(i => names.Categories(1)[(int)i]));
            Assert.Equal(table.Select(r => r.Item3), batch.Targets.Select(i => names.Classes[i]));
        });
    }

    [Fact]
    public void Skipping_and_reading_on_is_reading_on()
    {
        var cell = Any("1", "2.5", "", "x", "y", "zz", "\"q\"");
        var line = Gen.Select(cell, cell, cell, (a, b, c) => $"{a},{b},{c}");
        var lines = Gen.OneOf(line, Any("", "1,2", "1,\"x,y", "1,w,x")).Array[0, 60];
        lines.Select(Gen.Int[1, 7], Gen.Int[0, 9]).Sample((all, rows, batches) =>
        {
            var text = "a,b,c\n" + string.Join("\n", all);
            using var first = CsvTexts.Reader(text, Declared with { MaxClasses = 64 });
            var names = new Vocabulary();
            var offset = 0L;
            for (var i = 0; i < batches && first.Read(rows) is { } batch; i++)
            {
                offset = batch.NextOffset;
                foreach (var term in batch.NewTerms)
                    names.Add(term);
            }
            using var second = CsvTexts.Reader(text, Declared with { MaxClasses = 64 });
            second.SkipTo(offset);
            CsvTexts.AssertSame(first.Schema, names, first.ReadAll(rows), second.ReadAll(rows));
        });
    }

    [Fact]
    public void Skipping_beyond_the_end_is_an_error()
    {
        using var reader = CsvTexts.Reader("a,b,c\n1,2,x\n");
        var error = Assert.Throws<SourceException>(() => reader.SkipTo(2));
        Assert.Equal("x.csv has only 1 rows, but 2 were read before; give the same source again.", error.Message);
    }

    [Fact]
    public void A_name_of_another_schema_is_an_error()
    {
        using var reader = CsvTexts.Reader("a,b,c\n1,2,x\n");
        var error = Assert.Throws<SourceException>(() => reader.Know([new Term(1, "red")]));
        Assert.Equal("x.csv has no column for the name 'red' that the model knows; "
            + "give a source with the model's columns.", error.Message);
    }

    private static void AssertCounts(CsvReader reader, int rows)
    {
        long counted = 0;
        while (reader.Read(rows) is { } batch)
        {
            counted += batch.Rows + batch.Refusals.Count;
            Assert.Equal(counted, batch.NextOffset);
            Assert.InRange(batch.Rows, 0, rows);
            Assert.Equal(batch.Rows * reader.Schema.Features.Count, batch.Values.Length);
            Assert.All(batch.Values, v => Assert.False(float.IsInfinity(v)));
            Assert.All(batch.Targets, t => Assert.InRange(t, 0, int.MaxValue));
        }
    }

    private static Gen<T> Any<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static string Quoted(string name) =>
        name.AsSpan().ContainsAny(",\"") ? $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : name;
}
