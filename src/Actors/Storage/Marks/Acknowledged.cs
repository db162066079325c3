namespace MoE.Actors.Storage.Marks;

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
