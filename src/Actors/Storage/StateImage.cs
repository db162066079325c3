namespace MoE.Actors.Storage;

/// <summary>The numbers of a gate or an expert as a flat image, as the snapshot store holds it.</summary>
internal sealed record StateImage(ReadOnlyMemory<byte> Bytes);
