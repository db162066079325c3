using MoE.Actors.Storage;

namespace MoE.Actors.Catalog;

/// <summary>What a model holds as long as its actors run: its part of the store.</summary>
/// <param name="store">Its part of the store.</param>
/// <param name="released">Told when all is let go.</param>
internal sealed class ModelHold(IModelStore store, Action<ModelHold> released)
{
    private readonly Lock _lock = new();
    private Task? _released;

    /// <summary>Its part of the store.</summary>
    public IModelStore Store => store;

    /// <summary>Releases it, once.</summary>
    public Task ReleaseAsync()
    {
        lock (_lock)
            return _released ??= LetGoAsync();
    }

    private async Task LetGoAsync()
    {
        await store.DisposeAsync();
        released(this);
    }
}
