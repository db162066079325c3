namespace MoE.Actors.Storage.Marks;

/// <summary>
/// What a store knows of a log from outside it. A log that lost its end is whole in itself; only this tells.
/// </summary>
internal sealed record LogEvidence
{
    /// <summary>Of a store that needs none, or of a new model.</summary>
    public static readonly LogEvidence None = new();

    /// <summary>How far the log was acknowledged; null where that is not known.</summary>
    public Acknowledged? Last { get; init; }

    /// <summary>Name of the file that says so.</summary>
    public string File { get; init; } = "";

    /// <summary>Why that is not known though it should be, in one sentence; null where nothing is wrong.</summary>
    public string? Problem { get; init; }

    /// <summary>Why its files are not those of one model, in one sentence; null where they are.</summary>
    public string? Mismatch { get; init; }

    /// <summary>Whether images of the model are stored.</summary>
    public Func<bool> HasImages { get; init; } = () => false;
}
