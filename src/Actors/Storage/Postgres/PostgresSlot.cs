using LinqToDB;
using LinqToDB.Data;
using LinqToDB.DataProvider.PostgreSQL;
using Npgsql;

namespace MoE.Actors.Storage.Postgres;

/// <summary>
/// A pair of plugins that writes one model at a time, under that model's name: whoever takes the model over ends its
/// sessions, and no other's. The plugins are as old as their system, and ask here for a connection when they need one.
/// </summary>
/// <param name="plugins">The plugins.</param>
/// <param name="free">Takes it back.</param>
internal sealed class PostgresSlot(StorePlugins plugins, Action<PostgresSlot> free)
{
    private volatile Sessions? _sessions;

    /// <summary>The plugins.</summary>
    public StorePlugins Plugins => plugins;

    /// <summary>What the log's plugin is to use.</summary>
    public DataOptions Journal => Options(() => Current.Journal);

    /// <summary>What the images' plugin is to use.</summary>
    public DataOptions Snapshots => Options(() => Current.Snapshots);

    private Sessions Current => _sessions ?? throw new ModelException("The model is closed.");

    /// <summary>Gives it back, to write another model.</summary>
    public void Free() => free(this);

    /// <summary>Has the plugins write a model.</summary>
    /// <param name="address">The model.</param>
    /// <param name="setting">What else the server is told; may be empty.</param>
    public void Connect(PostgresAddress address, string setting) => _sessions = new Sessions(
        address.Store(address.JournalName, setting), address.Store(address.SnapshotsName, setting));

    /// <summary>Has the plugins read whatever there is.</summary>
    public void ConnectToRead(PostgresAddress address)
    {
        var sessions = address.Store("moe reading", "");
        _sessions = new Sessions(sessions, sessions);
    }

    /// <summary>Closes all connections, and gives the plugins none any more.</summary>
    public async Task DisconnectAsync()
    {
        if (Interlocked.Exchange(ref _sessions, null) is not { } sessions)
            return;
        foreach (var connection in (string[])[sessions.Journal, sessions.Snapshots])
        {
            await using var pooled = new NpgsqlConnection(connection);
            NpgsqlConnection.ClearPool(pooled);
        }
    }

    // Akka's plugin asks for the provider's name, which linq2db leaves empty beside a factory.
    private static DataOptions Options(Func<string> connection) => new DataOptions()
        .UseConnectionFactory(
            PostgreSQLTools.GetDataProvider(PostgreSQLVersion.v15), _ => new NpgsqlConnection(connection()))
        .WithOptions<ConnectionOptions>(options => options with { ProviderName = ProviderName.PostgreSQL15 })
        .UseInterceptor(new StoredRows());

    /// <summary>The connection strings for log and images.</summary>
    private sealed record Sessions(string Journal, string Snapshots)
    {
        /// <summary>The name of the type alone: they hold a password.</summary>
        public override string ToString() => nameof(Sessions);
    }
}
