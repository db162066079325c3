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

/// <summary>How far a log was acknowledged: all of it up to here must be there whenever it is read again.</summary>
/// <param name="Sequence">Sequence number of the last event.</param>
/// <param name="Batch">Number of the last batch; 0 before the first.</param>
/// <param name="Rows">Rows learned with it, of all sources.</param>
/// <param name="Checksum">A checksum over that batch; 0 where it is not known.</param>
/// <param name="Source">Index of its source in the log; -1 before the first.</param>
/// <param name="Name">Name of that source, the end of it where it is long.</param>
/// <param name="Offset">Rows of that source that were read with the batch.</param>
internal sealed record Acknowledged(
    long Sequence, long Batch, long Rows, uint Checksum, int Source, string Name, long Offset);
