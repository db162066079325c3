using MoE.Actors.Devices;
using MoE.Actors.Storage;

namespace MoE.Actors.Catalog;

/// <summary>What a model holds as long as its actors run: its part of the store, and devices.</summary>
/// <param name="store">Its part of the store.</param>
/// <param name="devices">The devices that it opened.</param>
/// <param name="released">Told when all is let go.</param>
internal sealed class ModelHold(IModelStore store, OpenDevices devices, Action<ModelHold> released)
{
    private readonly Lock _lock = new();
    private Task? _released;

    /// <summary>Its part of the store.</summary>
    public IModelStore Store => store;

    /// <summary>Lets all go, once.</summary>
    /// <param name="closesDevices">Whether no actor uses a device any more.</param>
    public Task ReleaseAsync(bool closesDevices)
    {
        lock (_lock)
            return _released ??= LetGoAsync(closesDevices);
    }

    private async Task LetGoAsync(bool closesDevices)
    {
        if (closesDevices)
            devices.Dispose();
        await store.DisposeAsync();
        released(this);
    }
}
