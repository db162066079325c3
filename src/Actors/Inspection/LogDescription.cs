namespace MoE.Actors.Inspection;

/// <summary>What lies in a log.</summary>
/// <param name="Events">Events, damaged ones among them.</param>
/// <param name="Bytes">Bytes of those that could be read.</param>
/// <param name="FirstBatch">Number of the first batch in it; 0 where there is none.</param>
/// <param name="LastBatch">Number of the last one.</param>
public sealed record LogDescription(long Events, long Bytes, long FirstBatch, long LastBatch);
