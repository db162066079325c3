using MoE.Compute;

namespace MoE.Actors.Storage;

/// <summary>
/// The numbers of a gate or an expert as a flat image, as the snapshot store holds it: with whose they are and after
/// which batch, so that none is taken for another.
/// </summary>
internal sealed record StateImage(string StorageId, long Number, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The name of the model that it belongs to; null in images that were stored without it.</summary>
    public string? Model { get; init; }

    /// <summary>Why this is not the image that was asked for; null where it is.</summary>
    /// <param name="model">The model's name; null where nobody knows it.</param>
    /// <param name="storageId">The id under which it was looked for.</param>
    /// <param name="number">The batch after which it is to be.</param>
    public string? Problem(string? model, string storageId, long number) =>
        StorageId != storageId || Number != number ? $"it is image {Number} of {StorageId}"
        : Model is { } own && model is not null && own != model ? $"it belongs to model '{PlainText.OneLine(own)}'"
        : null;
}
