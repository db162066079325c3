namespace MoE.Host.PredictionFiles;

/// <summary>How predictions are written, a line per row.</summary>
internal enum PredictionFormat
{
    /// <summary>Comma-separated values with a header (RFC 4180).</summary>
    Csv,

    /// <summary>A JSON object a line (https://github.com/ndjson/ndjson-spec).</summary>
    Ndjson,
}

/// <summary>What the command line calls a format.</summary>
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
