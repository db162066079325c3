using System.Buffers;
using System.Text;
using System.Text.Json;
using MoE.Compute.Batches;
using MoE.Compute.Data;
using MoE.Host.PredictionFiles;
using Xunit;

namespace MoE.Host.Tests.PredictionFiles;

public sealed class PredictionLinesTests
{
    private static readonly string[] Names = ["UP", "a, \"b\"", ""];

    private static readonly RowBatch Rows = new()
    {
        Values = [0f, 0f, 0f],
        Targets = [1, RowBatch.NoClass, 2],
        NextOffset = 5,
        Refusals = [new Refusal(2, 3, "it is bad"), new Refusal(5, 6, "so is it")],
    };

    private static readonly Predictions Said = new(7, [1, 0, -1],
        [0.25f, 0.625f, 0.125f, 0f, 1.0000048f, 0f, 0f, 0f, 0f, 0f, 0f, 0f], 4);

    [Fact]
    public void Csv_has_a_header_quotes_names_and_numbers_rows_as_the_source_does()
    {
        Assert.Equal(
            "row,predicted,probability,class_2,probability_2,batch\n"
            + "1,\"a, \"\"b\"\"\",0.625,UP,0.25,7\n"
            + "3,UP,1,,,7\n"
            + "4,,,,,7\n",
            Written(PredictionFormat.Csv, 2, hasActual: false));
        Assert.Equal(
            "row,predicted,probability,actual,batch\n"
            + "1,\"a, \"\"b\"\"\",0.625,\"a, \"\"b\"\"\",7\n"
            + "3,UP,1,,7\n"
            + "4,,,\"\",7\n",
            Written(PredictionFormat.Csv, 1, hasActual: true));
    }

    [Fact]
    public void Ndjson_has_an_object_a_line_with_as_many_classes_as_asked_for()
    {
        var lines = Written(PredictionFormat.Ndjson, 3, hasActual: true).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal([1, 3, 4], lines.Select(line => line.GetProperty("row").GetInt64()));
        Assert.Equal("a, \"b\"", lines[0].GetProperty("predicted").GetString());
        Assert.Equal(["a, \"b\"", "UP", ""], lines[0].GetProperty("probabilities").EnumerateObject().Select(p => p.Name));
        Assert.Equal(0.125f, lines[0].GetProperty("probabilities").GetProperty("").GetSingle());
        Assert.Equal(JsonValueKind.Null, lines[1].GetProperty("actual").ValueKind);
        Assert.Equal(JsonValueKind.Null, lines[2].GetProperty("predicted").ValueKind);
        Assert.Empty(lines[2].GetProperty("probabilities").EnumerateObject());
        Assert.All(lines, line => Assert.Equal(7, line.GetProperty("batch").GetInt64()));
    }

    [Theory]
    [InlineData("a.ndjson", "Ndjson")]
    [InlineData("a.JSONL", "Ndjson")]
    [InlineData("a.csv", "Csv")]
    [InlineData("a", "Csv")]
    [InlineData(null, "Csv")]
    public void The_extension_says_the_format(string? path, string format) =>
        Assert.Equal(format, PredictionFormats.OfPath(path).ToString());

    private static string Written(PredictionFormat format, int top, bool hasActual)
    {
        var (lines, output) = (new PredictionLines(format, top, hasActual), new ArrayBufferWriter<byte>());
        lines.Write(Rows, Said, [.. Names.Select(lines.Encode)], output);
        return lines.Header + Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
