using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Persistence.Sql;
using MoE.Actors.Storage;

namespace MoE.Actors.Inspection;

/// <summary>An actor system over a model's stores in which the model itself does not run.</summary>
internal sealed class StoreSystem : IAsyncDisposable
{
    // What is damaged is what this is asked for; it needs no log beside the answer.
    private static readonly Config Silent = ConfigurationFactory.ParseString("akka.loglevel = OFF");

    private readonly DataDirectory _directory;
    private readonly SqliteStore _store;
    private readonly ActorSystem _system;

    private StoreSystem(DataDirectory directory, JournalSync sync)
    {
        _directory = directory;
        _store = new SqliteStore(directory, sync);
        _store.Check();
        Damages = _store.Damages();
        var config = Silent.WithFallback(Hocon.Read("akka.hocon"))
            .WithFallback(Hocon.Read("persistence.sqlite.hocon")).WithFallback(SqlPersistence.DefaultConfiguration);
        _system = ActorSystem.Create(
            "moe", ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(config)).And(_store.Setup()));
    }

    /// <summary>What the stores are called in messages.</summary>
    public string Name => _directory.Path;

    /// <summary>What the stores themselves say is damaged in them.</summary>
    public IReadOnlyList<string> Damages { get; }

    /// <summary>Opens stores that hold a model, and makes nothing where there is none.</summary>
    /// <exception cref="ModelException">There is no model, or it is in use, or cannot be read.</exception>
    public static StoreSystem OpenExisting(DurabilityOptions durability)
    {
        var path = Folder(durability);
        return DataDirectory.HasModel(path)
            ? Open(durability)
            : throw new ModelException($"{path} holds no model: there is no {DataDirectory.JournalFile} in it.");
    }

    /// <summary>Opens stores, and makes them where there are none.</summary>
    /// <exception cref="ModelException">They are in use, or cannot be written.</exception>
    public static StoreSystem Open(DurabilityOptions durability)
    {
        var directory = DataDirectory.Open(Folder(durability));
        try
        {
            return new StoreSystem(directory, durability.Sync);
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    /// <summary>Starts an actor and waits for what it gives.</summary>
    public Task<T> RunAsync<T>(Func<TaskCompletionSource<T>, Props> actor)
    {
        var given = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _system.ActorOf(actor(given));
        return given.Task;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _system.Terminate();
        _store.Dispose();
        _directory.Dispose();
    }

    private static string Folder(DurabilityOptions durability) => durability.DataDirectory
        ?? throw new ModelException("No store is named; give a data directory.");
}
