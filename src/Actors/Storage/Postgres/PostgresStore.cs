using System.Globalization;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Persistence.Sql.Config;

namespace MoE.Actors.Storage.Postgres;

/// <summary>The models in a PostgreSQL database, each of which is taken by itself.</summary>
internal sealed class PostgresStore : IStore
{
    private readonly string _connection;
    private readonly JournalSync _sync;
    private readonly PostgresSlot _reading = new(StorePlugins.Of("reading"), _ => { });
    private readonly PostgresSlot[] _slots;
    private readonly Queue<PostgresSlot> _free;

    /// <summary>Names the database; takes nothing.</summary>
    /// <param name="connection">The database.</param>
    /// <param name="sync">When a row counts as stored.</param>
    /// <param name="models">How many models are to be open at once.</param>
    public PostgresStore(string connection, JournalSync sync, int models)
    {
        (_connection, _sync) = (connection, sync);
        _slots = [.. Enumerable.Range(1, models).Select(slot => new PostgresSlot(
            StorePlugins.Of(slot.ToString(CultureInfo.InvariantCulture)), Free))];
        _free = new Queue<PostgresSlot>(_slots);
    }

    /// <summary>Whether its models are only looked at.</summary>
    public bool IsReading { get; init; }

    public string Name => new PostgresAddress(_connection, "").Place;

    public StorePlugins Reading => _reading.Plugins;

    /// <summary>The same of every pair of plugins.</summary>
    public Config Config
    {
        get
        {
            var text = Hocon.Text("persistence.postgres.hocon");
            return Hocon.Parse(string.Join('\n', Slots.Select(slot => text
                .Replace(StorePlugins.Default.Journal, slot.Plugins.Journal, StringComparison.Ordinal)
                .Replace(StorePlugins.Default.Snapshots, slot.Plugins.Snapshots, StringComparison.Ordinal))));
        }
    }

    public IEnumerable<Setup> Setups
    {
        get
        {
            var setup = new MultiDataOptionsSetup();
            foreach (var slot in Slots)
            {
                setup.AddDataOptions(slot.Plugins.Journal, slot.Journal);
                setup.AddDataOptions(slot.Plugins.Snapshots, slot.Snapshots);
            }
            return [setup];
        }
    }

    private IEnumerable<PostgresSlot> Slots => _slots.Append(_reading);

    /// <inheritdoc/>
    public void Open() => _reading.ConnectToRead(new PostgresAddress(_connection, ""));

    public async Task<IModelStore> OpenModelAsync(string model, CancellationToken cancel)
    {
        var slot = Take();
        try
        {
            return await PostgresModelStore.OpenAsync(
                new PostgresAddress(_connection, model), slot, _sync, cancel, IsReading);
        }
        catch
        {
            slot.Free();
            throw;
        }
    }

    public Task<IReadOnlyList<string>> ModelsAsync(CancellationToken cancel) =>
        PostgresModels.ListAsync(new PostgresAddress(_connection, ""), cancel);

    public Task DeleteModelAsync(string model, CancellationToken cancel) =>
        PostgresModels.DeleteAsync(new PostgresAddress(_connection, model), cancel);

    public string? Remedy(Exception cause) =>
        FullDisk.IsCause(cause, null) ? FullDisk.Remedy
        : LostServer.IsCause(cause) ? LostServer.Remedy
        : null;

    public async ValueTask DisposeAsync() => await _reading.DisconnectAsync();

    // What a model left under way when it broke is refused a connection until its pair has another model: so that is
    // the pair that has been free for longest.
    private PostgresSlot Take()
    {
        lock (_free)
            return _free.TryDequeue(out var slot) ? slot : throw new ModelException(string.Create(
                CultureInfo.InvariantCulture, $"{_slots.Length} models of {Name} are open here, the most there may ")
                + "be; close one first, or open it in another process.");
    }

    private void Free(PostgresSlot slot)
    {
        lock (_free)
            _free.Enqueue(slot);
    }
}
