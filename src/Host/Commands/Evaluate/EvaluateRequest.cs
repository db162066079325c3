using MoE.Actors.Configuration;
using MoE.Compute.Rosters.Scripts;

namespace MoE.Host.Commands.Evaluate;

/// <summary>A checked command line of <c>moe evaluate</c>.</summary>
internal sealed record EvaluateRequest
{
    /// <summary>A path, "-" or the name of a generator.</summary>
    public required string Source { get; init; }

    /// <summary>Everything that can also stand in a file.</summary>
    public required MoeSettings Settings { get; init; }

    /// <summary>Column to predict; null for the last one.</summary>
    public string? Target { get; init; }

    /// <summary>Columns of names.</summary>
    public IReadOnlyList<string> Categorical { get; init; } = [];

    /// <summary>File that declares the columns.</summary>
    public string? Schema { get; init; }

    /// <summary>What the model is to know the rows by; null for what they are.</summary>
    public string? SourceName { get; init; }

    /// <summary>Rows of that source before the first one given; null where it was not said.</summary>
    public long? Offset { get; init; }

    /// <summary>Good rows after which to end; null for all.</summary>
    public long? Rows { get; init; }

    /// <summary>Rows from one line of progress to the next; null for doubling.</summary>
    public long? Every { get; init; }

    /// <summary>Changes of the pool at given rows; null for none.</summary>
    public Script? Script { get; init; }

    /// <summary>File to draw the run into; null for none.</summary>
    public string? Plot { get; init; }

    /// <summary>File for what was predicted of each row; null for none.</summary>
    public string? Predictions { get; init; }

    /// <summary>Classes per row of that.</summary>
    public int Top { get; init; } = 1;

    /// <summary>Whether the result is one line of JSON.</summary>
    public bool Json { get; init; }

    /// <summary>Whether to compute in one thread, without actors.</summary>
    public bool Single { get; init; }
}
