using MoE.Actors.Gate.Recovery;

namespace MoE.Actors.Inspection.Stores;

/// <summary>A log as it was read back.</summary>
/// <param name="Replay">The fold over its events.</param>
/// <param name="Bytes">Bytes of the events that could be read.</param>
/// <param name="FirstBatch">Number of the first batch in it; 0 where there is none.</param>
/// <param name="LastBatch">Number of the last one.</param>
internal sealed record StoredLog(GateReplay Replay, long Bytes, long FirstBatch, long LastBatch);
