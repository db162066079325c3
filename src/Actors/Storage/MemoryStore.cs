using Akka.Actor.Setup;
using Akka.Configuration;

namespace MoE.Actors.Storage;

/// <summary>Nothing outlives the process; a model that is closed can be opened again as long as that lives.</summary>
internal sealed class MemoryStore : IStore
{
    private readonly MemoryTables _tables = new();

    public string? Name => null;

    public Config Config => Hocon.Read("persistence.memory.hocon");

    public IEnumerable<Setup> Setups => [_tables];

    public Task<IModelStore> OpenModelAsync(string model, CancellationToken cancel) =>
        Task.FromResult<IModelStore>(new Part(model));

    public Task<IReadOnlyList<string>> ModelsAsync(CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<string>>(
            [.. _tables.Logs.Select(ImageOwners.OfLog).OfType<string>().Order(StringComparer.Ordinal)]);

    public async Task DeleteModelAsync(string model, CancellationToken cancel)
    {
        var models = await ModelsAsync(cancel);
        foreach (var id in ImageOwners.Deletable(model, _tables.Images, models))
            _tables.DeleteImages(id);
        _tables.DeleteLog(StorageIds.Log(model));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>One model.</summary>
    private sealed class Part(string model) : IModelStore
    {
        public string? Name => null;

        public string FullName => $"model '{model}'";

        public Task<ModelException> Lost { get; } = new TaskCompletionSource<ModelException>().Task;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
