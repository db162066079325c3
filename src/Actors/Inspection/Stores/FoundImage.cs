namespace MoE.Actors.Inspection.Stores;

/// <summary>Which image is asked for: whose, and after which batch.</summary>
internal sealed record ImageName(string StorageId, long Number)
{
    /// <inheritdoc/>
    public override string ToString() => $"image {Number} of {StorageId}";
}

/// <summary>What a store gave for it.</summary>
/// <param name="Bytes">The image; empty where it is damaged.</param>
/// <param name="Damage">What is wrong with it, in one sentence without its end; null where nothing is.</param>
internal sealed record FoundImage(ReadOnlyMemory<byte> Bytes, string? Damage);
