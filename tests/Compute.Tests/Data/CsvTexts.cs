using System.IO.Compression;
using MoE.Compute.Data;
using MoE.Compute.Data.Csv;
using Xunit;

namespace MoE.Compute.Tests.Data;

/// <summary>Readers over texts in memory, and what they read.</summary>
internal static class CsvTexts
{
    public static CsvReader Reader(string text, CsvOptions? options = null, Action<string>? notice = null) =>
        Reader(System.Text.Encoding.UTF8.GetBytes(text), options, notice);

    public static CsvReader Reader(byte[] bytes, CsvOptions? options = null, Action<string>? notice = null) =>
        new(new MemoryStream(bytes), SourceId.Stream("x.csv"), options ?? new(), notice);

    public static byte[] Gzip(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(System.Text.Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }

    /// <summary>Everything that a source has left, as one batch of any size.</summary>
    public static RowBatch ReadAll(this IRowSource source, int rows = 64)
    {
        List<RowBatch> batches = [];
        while (source.Read(rows) is { } batch)
            batches.Add(batch);
        return Join(batches);
    }

    public static RowBatch Join(IReadOnlyList<RowBatch> batches) => new()
    {
        Values = [.. batches.SelectMany(b => b.Values)],
        Targets = [.. batches.SelectMany(b => b.Targets)],
        Names = batches.Count == 0 ? null : batches[^1].Names,
        NewTerms = [.. batches.SelectMany(b => b.NewTerms)],
        Refusals = [.. batches.SelectMany(b => b.Refusals)],
        NextOffset = batches.Count == 0 ? 0 : batches[^1].NextOffset,
    };

    /// <summary>Compares rows of two readings, which number the names each for itself, as a model numbers them.</summary>
    public static void AssertSame(Schema schema, Vocabulary names, RowBatch expected, RowBatch actual) => AssertEqual(
        new NameTranslator(schema, 64).Translate(expected, names, "a"),
        new NameTranslator(schema, 64).Translate(actual, names, "b"));

    public static void AssertEqual(RowBatch expected, RowBatch actual)
    {
        Assert.Equal(expected.Values, actual.Values);
        Assert.Equal(expected.Targets, actual.Targets);
        Assert.Equal(expected.NewTerms, actual.NewTerms);
        Assert.Equal(expected.Refusals, actual.Refusals);
        Assert.Equal(expected.NextOffset, actual.NextOffset);
    }
}
