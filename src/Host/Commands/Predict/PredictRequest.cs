using MoE.Actors.Configuration;
using MoE.Host.PredictionFiles;

namespace MoE.Host.Commands.Predict;

/// <summary>A checked command line of <c>moe predict</c>.</summary>
internal sealed record PredictRequest
{
    /// <summary>A path, "-" or the name of a generator.</summary>
    public required string Source { get; init; }

    /// <summary>Where the model is stored, and how many bad rows are borne.</summary>
    public required MoeSettings Settings { get; init; }

    /// <summary>The model file; null for the store.</summary>
    public string? Model { get; init; }

    /// <summary>Rows after which to end; null for all.</summary>
    public long? Rows { get; init; }

    /// <summary>Classes per row.</summary>
    public int Top { get; init; } = 1;

    /// <summary>Where to write to; null for standard output.</summary>
    public string? Output { get; init; }

    /// <summary>What to write.</summary>
    public PredictionFormat Format { get; init; }
}
