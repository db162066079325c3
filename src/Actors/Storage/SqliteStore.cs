using System.Data.Common;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Persistence.Sql.Config;
using LinqToDB;
using LinqToDB.Interceptors;
using Microsoft.Data.Sqlite;
using MoE.Actors.Storage.Marks;

namespace MoE.Actors.Storage;

/// <summary>The two SQLite files of a data directory, for all models in it: one writer each at a time.</summary>
internal sealed class SqliteStore(string path, JournalSync sync) : IStore
{
    private readonly Lock _marking = new();
    private readonly StorePlugins _plugins = StorePlugins.Default;
    private DataDirectory? _held;
    private int[] _identities = [0, 0];

    public string Name => path;

    public Config Config => Hocon.Read("persistence.sqlite.hocon");

    /// <summary>Where the files are, and how they are opened.</summary>
    public IEnumerable<Setup> Setups
    {
        get
        {
            var setup = new MultiDataOptionsSetup();
            setup.AddDataOptions(_plugins.Journal, Options(DataDirectory.JournalIn(path)));
            setup.AddDataOptions(_plugins.Snapshots, Options(DataDirectory.SnapshotsIn(path)));
            return [setup];
        }
    }

    public IReadOnlyList<string> Warnings { get; private set; } = [];

    /// <summary>The number by which the files of log and images know each other; 0 where they do not yet.</summary>
    internal (int Log, int Images) Identities => (_identities[0], _identities[1]);

    private string[] Files => [DataDirectory.JournalIn(path), DataDirectory.SnapshotsIn(path)];

    /// <summary>Locks the directory and opens both files once. Writes nothing.</summary>
    /// <exception cref="ModelException">
    /// It is in use, a file cannot be written or is no database, or there is no space.
    /// </exception>
    public void Open()
    {
        var directory = DataDirectory.Open(path);
        try
        {
            Check();
            Warnings = [.. directory.Warnings, .. Warnings];
            _held = directory;
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    /// <summary>Reads what was acknowledged of a model. Writes nothing.</summary>
    public Task<IModelStore> OpenModelAsync(string model, CancellationToken cancel) =>
        Task.FromResult<IModelStore>(new SqliteModelStore(this, path, model, sync));

    public Task<IReadOnlyList<string>> ModelsAsync(CancellationToken cancel) => Task.Run(Models, cancel);

    public Task DeleteModelAsync(string model, CancellationToken cancel) => Task.Run(() => Delete(model), cancel);

    /// <summary>Closes the files.</summary>
    public ValueTask DisposeAsync()
    {
        foreach (var file in Files)
        {
            using var connection = new SqliteConnection(Connection(file));
            SqliteConnection.ClearPool(connection);
        }
        _held?.Dispose();
        return ValueTask.CompletedTask;
    }

    public string? Remedy(Exception cause) => FullDisk.IsCause(cause, path) ? FullDisk.Remedy : null;

    /// <inheritdoc/>
    public IReadOnlyList<string> Damages() => [.. Files.SelectMany(Damages)];

    /// <summary>What SQLite finds damaged in a file, in one sentence each.</summary>
    internal static IReadOnlyList<string> Damages(string file)
    {
        List<string> damages = [];
        try
        {
            using var connection = new SqliteConnection(Connection(file));
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA integrity_check(20)";
            using var lines = command.ExecuteReader();
            while (lines.Read())
                if (lines.GetString(0) is var line && line != "ok")
                    damages.Add($"{Path.GetFileName(file)} is damaged: {line.ReplaceLineEndings(" ")}.");
        }
        catch (SqliteException e)
        {
            damages.Add($"{Path.GetFileName(file)} is damaged: {e.Message}");
        }
        return damages;
    }

    /// <summary>What is damaged in the write-ahead logs of databases, in one sentence each, without its end.</summary>
    internal static IReadOnlyList<string> WalDamages(IEnumerable<string> files) =>
        [.. files.Select(file => (File: file, At: SqliteWal.DamagedAt(file))).Where(d => d.At is not null)
            .Select(d => $"{d.File}-wal is damaged at byte {d.At}: events after that point are lost, and the "
                + "model continues from the last intact one")];

    private void Check()
    {
        FullDisk.Refuse(path);
        foreach (var file in Files)
            SqliteEvidence.RefuseWithoutHeader(file);
        Warnings = WalDamages(Files);
        _identities = [.. Files.Select(Probe)];
    }

    /// <summary>Opens a file, and answers by which number it knows the others.</summary>
    private int Probe(string file)
    {
        try
        {
            using var connection = new SqliteConnection(Connection(file));
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "BEGIN IMMEDIATE; SELECT count(*) FROM sqlite_schema; ROLLBACK;";
            command.ExecuteNonQuery();
            return SqliteIdentity.Read(connection);
        }
        catch (SqliteException e)
        {
            throw new ModelException($"{file} {Problem(e)}", e);
        }
    }

    /// <summary>
    /// Makes the mark of a model, and only then has both files say that there is one: that it is missing is told from
    /// then on.
    /// </summary>
    /// <exception cref="ModelException">It cannot be written.</exception>
    internal MarkFile BeginMark(string file, Mark? found, Acknowledged last)
    {
        lock (_marking)
        {
            var identity = _identities.Append(found?.Identity ?? 0).FirstOrDefault(known => known != 0);
            if (identity == 0)
                identity = SqliteIdentity.New();
            var mark = MarkFile.Begin(file, identity, found, last);
            foreach (var (index, known) in _identities.Index().ToList())
                if (known != identity)
                    WriteIdentity(index, identity);
            return mark;
        }
    }

    private void WriteIdentity(int index, int identity)
    {
        var file = Files[index];
        try
        {
            SqliteIdentity.Write(Connection(file), identity);
        }
        catch (SqliteException e)
        {
            throw new ModelException($"{file} cannot be written: {e.Message}", e);
        }
        _identities[index] = identity;
    }

    private IReadOnlyList<string> Models()
    {
        var file = DataDirectory.JournalIn(path);
        try
        {
            return SqliteTables.Models(Connection(file));
        }
        catch (SqliteException e)
        {
            throw new ModelException($"{file} {Problem(e)}", e);
        }
    }

    private void Delete(string model)
    {
        try
        {
            SqliteTables.DeleteImages(Connection(DataDirectory.SnapshotsIn(path)), model, Models());
            File.Delete(Path.Combine(path, MarkFile.NameOf(model)));
            SqliteTables.DeleteLog(Connection(DataDirectory.JournalIn(path)), model);
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"Model '{model}' in {path} cannot be deleted: {e.Message}", e);
        }
    }

    private string Problem(SqliteException e) => StoredDamage.IsCode(e.SqliteErrorCode)
        ? $"is damaged: {e.Message} Restore it from a backup, or start with another data directory."
        : $"cannot be used: {e.Message} {Remedy(e) ?? "Give a data directory that can be written."}";

    private DataOptions Options(string file) => new DataOptions()
        .UseConnectionString("SQLite.MS", Connection(file)).UseInterceptor(new StoredRows())
        .UseInterceptor(new Pragmas(sync));

    // In full: a relative path may look like a URI to SQLite ("file:..."), or like a database in memory.
    internal static string Connection(string file) =>
        new SqliteConnectionStringBuilder { DataSource = Path.GetFullPath(file) }.ToString();

    /// <summary>SQLite forgets these with every connection, and takes none of them in a connection string.</summary>
    private sealed class Pragmas(JournalSync sync) : ConnectionInterceptor
    {
        private readonly string _text =
            "PRAGMA busy_timeout=30000; PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=4000; "
            + $"PRAGMA synchronous={(sync == JournalSync.Full ? "FULL" : "NORMAL")};";

        public override void ConnectionOpened(ConnectionEventData eventData, DbConnection connection)
        {
            using var command = connection.CreateCommand();
            command.CommandText = _text;
            command.ExecuteNonQuery();
        }

        public override Task ConnectionOpenedAsync(
            ConnectionEventData eventData, DbConnection connection, CancellationToken cancellationToken)
        {
            ConnectionOpened(eventData, connection);
            return Task.CompletedTask;
        }
    }
}
