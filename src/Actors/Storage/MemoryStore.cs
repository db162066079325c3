using Akka.Actor.Setup;

namespace MoE.Actors.Storage;

/// <summary>Nothing outlives the process.</summary>
internal sealed class MemoryStore : IStore
{
    public string? Name => null;

    public string HoconFile => "persistence.memory.hocon";

    public IEnumerable<Setup> Setups => [];

    public Task<ModelException> Lost { get; } = new TaskCompletionSource<ModelException>().Task;

    public IReadOnlyList<string> Warnings => [];

    public Task SettleLogAsync() => Task.CompletedTask;

    public string? Remedy(Exception cause) => null;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
