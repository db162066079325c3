namespace MoE.Actors.Storage;

/// <summary>
/// The numbers of a gate or an expert as a flat image, as the snapshot store holds it: with whose they are and after
/// which batch, so that none is taken for another.
/// </summary>
internal sealed record StateImage(string StorageId, long Number, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Why this is not the image that was asked for; null where it is.</summary>
    public string? Problem(string storageId, long number) => StorageId == storageId && Number == number
        ? null
        : $"it is image {Number} of {StorageId}";
}
