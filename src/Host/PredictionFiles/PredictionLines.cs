using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using MoE.Compute.Batches;
using MoE.Compute.Data;

namespace MoE.Host.PredictionFiles;

/// <summary>
/// Predictions as lines of UTF-8: the number of the row, the most probable classes with their probabilities, the actual
/// class if it is wanted, and the batch.
/// </summary>
/// <param name="format">CSV or NDJSON.</param>
/// <param name="top">Classes per row, 1 or more; fewer if fewer are known.</param>
/// <param name="hasActual">Whether the actual class of a row is written, too.</param>
internal sealed class PredictionLines(PredictionFormat format, int top, bool hasActual)
{
    private const int NumberLength = 32;

    /// <summary>The header line; empty if the format has none.</summary>
    public string Header => format == PredictionFormat.Ndjson ? "" : string.Join(',',
        [
            "row", "predicted", "probability",
            .. Enumerable.Range(2, top - 1).SelectMany(n => (string[])[$"class_{n}", $"probability_{n}"]),
            .. (string[])(hasActual ? ["actual"] : []),
            "batch",
        ]) + "\n";

    /// <summary>A class's name as the lines write it.</summary>
    public byte[] Encode(string name) => Encoding.UTF8.GetBytes(format == PredictionFormat.Ndjson
        ? $"\"{JsonEncodedText.Encode(name)}\""
        : name.AsSpan().ContainsAny(",\"\r\n") || name != name.Trim() || name.Length == 0
            ? $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
        : name);

    /// <summary>Writes a line for each row.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="predictions">Their predictions.</param>
    /// <param name="names">The classes' names, encoded.</param>
    /// <param name="output">Receives the lines.</param>
    public void Write(
        RowBatch rows, Predictions predictions, IReadOnlyList<byte[]> names, IBufferWriter<byte> output)
    {
        var numbers = new long[rows.Rows];
        rows.NumberRows(numbers);
        var best = new int[top];
        var stride = predictions.ClassStride;
        for (var row = 0; row < rows.Rows; row++)
        {
            var probabilities = predictions.Probabilities.AsSpan(row * stride, stride);
            var count = Best(probabilities, predictions.Classes[row], best);
            var line = new Line(output, names, probabilities, best.AsSpan(0, count));
            var actual = hasActual ? rows.Targets[row] : RowBatch.NoClass;
            if (format == PredictionFormat.Csv)
                WriteCsv(line, numbers[row], actual, predictions.Number);
            else
                WriteJson(line, numbers[row], actual, predictions.Number);
        }
    }

    private void WriteCsv(Line line, long number, int actual, long batch)
    {
        line.Put(number);
        for (var i = 0; i < top; i++)
        {
            line.Put(","u8);
            if (i < line.Best.Length)
                line.PutName(line.Best[i]);
            line.Put(","u8);
            if (i < line.Best.Length)
                line.PutProbability(line.Best[i]);
        }
        if (hasActual)
        {
            line.Put(","u8);
            line.PutName(actual);
        }
        line.Put(","u8);
        line.Put(batch);
        line.Put("\n"u8);
    }

    private void WriteJson(Line line, long number, int actual, long batch)
    {
        line.Put("{\"row\":"u8);
        line.Put(number);
        line.Put(",\"predicted\":"u8);
        line.PutNameOrNull(line.Best.Length > 0 ? line.Best[0] : RowBatch.NoClass);
        line.Put(",\"probabilities\":{"u8);
        for (var i = 0; i < line.Best.Length; i++)
        {
            if (i > 0)
                line.Put(","u8);
            line.PutName(line.Best[i]);
            line.Put(":"u8);
            line.PutProbability(line.Best[i]);
        }
        line.Put("}"u8);
        if (hasActual)
        {
            line.Put(",\"actual\":"u8);
            line.PutNameOrNull(actual);
        }
        line.Put(",\"batch\":"u8);
        line.Put(batch);
        line.Put("}\n"u8);
    }

    /// <summary>The most probable classes, most probable first; of equal ones the first. Answers how many.</summary>
    private static int Best(ReadOnlySpan<float> probabilities, int first, Span<int> best)
    {
        if (first < 0)
            return 0;
        (best[0], var count) = (first, 1);
        while (count < best.Length)
        {
            var next = -1;
            for (var c = 0; c < probabilities.Length; c++)
                if (probabilities[c] > (next < 0 ? 0f : probabilities[next]) && !best[..count].Contains(c))
                    next = c;
            if (next < 0)
                break;
            best[count++] = next;
        }
        return count;
    }

    /// <summary>A line that is being written, and the row that it is about.</summary>
    private readonly ref struct Line(
        IBufferWriter<byte> output, IReadOnlyList<byte[]> names, ReadOnlySpan<float> probabilities,
        ReadOnlySpan<int> best)
    {
        private readonly ReadOnlySpan<float> _probabilities = probabilities;

        public ReadOnlySpan<int> Best { get; } = best;

        public void Put(ReadOnlySpan<byte> text) => output.Write(text);

        public void Put(long number)
        {
            number.TryFormat(output.GetSpan(NumberLength), out var length, default, CultureInfo.InvariantCulture);
            output.Advance(length);
        }

        public void PutProbability(int index)
        {
            // a sum of rounded numbers may be above 1 by a few units of the last place
            Math.Min(1f, _probabilities[index]).TryFormat(
                output.GetSpan(NumberLength), out var length, default, CultureInfo.InvariantCulture);
            output.Advance(length);
        }

        public void PutName(int index)
        {
            if (index >= 0)
                output.Write(names[index]);
        }

        public void PutNameOrNull(int index) => output.Write(index >= 0 ? names[index] : "null"u8);
    }
}

/// <summary>The format of predictions, with one line per row.</summary>
internal enum PredictionFormat
{
    /// <summary>Comma-separated values with a header (RFC 4180).</summary>
    Csv,

    /// <summary>One JSON object per line (https://github.com/ndjson/ndjson-spec).</summary>
    Ndjson,
}

/// <summary>The names of the formats on the command line.</summary>
internal static class PredictionFormats
{
    /// <summary>The format of a name, or null.</summary>
    public static PredictionFormat? Named(string name) => name switch
    {
        "csv" => PredictionFormat.Csv,
        "ndjson" => PredictionFormat.Ndjson,
        _ => null,
    };

    /// <summary>The format that a file's extension asks for; CSV for any but .ndjson and .jsonl.</summary>
    public static PredictionFormat OfPath(string? path) =>
        Path.GetExtension(path)?.ToLowerInvariant() is ".ndjson" or ".jsonl"
            ? PredictionFormat.Ndjson : PredictionFormat.Csv;
}
