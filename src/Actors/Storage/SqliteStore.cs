using System.Data.Common;
using Akka.Actor.Setup;
using Akka.Persistence.Sql.Config;
using LinqToDB;
using LinqToDB.Interceptors;
using Microsoft.Data.Sqlite;
using MoE.Actors.Recovery;
using MoE.Actors.Serialization;
using MoE.Actors.Storage.Marks;

namespace MoE.Actors.Storage;

/// <summary>The two SQLite files of a data directory: one a lock's worth of writers each.</summary>
internal sealed class SqliteStore : IStore
{
    private readonly DataDirectory _directory;
    private readonly JournalSync _sync;

    private readonly string _model;
    private int[] _identities = [];
    private Mark? _found;
    private MarkFile? _mark;

    private SqliteStore(DataDirectory directory, string model, JournalSync sync) =>
        (_directory, _model, _sync) = (directory, model, sync);

    public string Name => _directory.Path;

    public string HoconFile => "persistence.sqlite.hocon";

    public Task<ModelException> Lost { get; } = new TaskCompletionSource<ModelException>().Task;

    /// <summary>Where the files are, and how they are opened.</summary>
    public IEnumerable<Setup> Setups
    {
        get
        {
            var setup = new MultiDataOptionsSetup();
            setup.AddDataOptions("akka.persistence.journal.sql", Options(_directory.Journal));
            setup.AddDataOptions("akka.persistence.snapshot-store.sql", Options(_directory.Snapshots));
            return [setup];
        }
    }

    private string[] Files => [_directory.Journal, _directory.Snapshots];

    /// <summary>Locks the directory, opens both files once, and reads what was acknowledged. Writes nothing.</summary>
    /// <exception cref="ModelException">
    /// It is in use, a file cannot be written or is no database, or there is no space.
    /// </exception>
    public static SqliteStore Open(string path, string model, JournalSync sync)
    {
        var store = new SqliteStore(DataDirectory.Open(path), model, sync);
        try
        {
            store.Check();
            store.Warnings = [.. store._directory.Warnings, .. store.Warnings];
            return store;
        }
        catch
        {
            store._directory.Dispose();
            throw;
        }
    }

    /// <summary>Closes the files.</summary>
    public ValueTask DisposeAsync()
    {
        _mark?.Dispose();
        foreach (var file in Files)
        {
            using var connection = new SqliteConnection(Connection(file));
            SqliteConnection.ClearPool(connection);
        }
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }

    public IReadOnlyList<string> Warnings { get; private set; } = [];

    // Under the softer sync the operating system may write the images' file long before the log's.
    public Task SettleLogAsync() => _sync == JournalSync.Full ? Task.CompletedTask : Task.Run(() =>
    {
        using var log = new FileStream(
            _directory.Journal + "-wal", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        log.Flush(flushToDisk: true);
    });

    public string? Remedy(Exception cause) => FullDisk.IsCause(cause, _directory.Path) ? FullDisk.Remedy : null;

    /// <inheritdoc/>
    public LogEvidence Evidence { get; private set; } = LogEvidence.None;

    private string MarkPath => Path.Combine(_directory.Path, MarkFile.NameOf(_model));

    /// <inheritdoc/>
    public void Acknowledge(Acknowledged last)
    {
        if (_mark is not null)
            _mark.Write(last);
        else
            BeginMark(last);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Damages() => [.. Files.SelectMany(Damages)];

    /// <inheritdoc/>
    public IReadOnlyList<string> LogDamages() => Damages(_directory.Journal);

    private static List<string> Damages(string file)
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
        FullDisk.Refuse(_directory.Path);
        foreach (var file in Files)
            SqliteEvidence.RefuseWithoutHeader(file);
        Warnings = WalDamages(Files);
        _identities = [.. Files.Select(Probe)];
        _found = MarkFile.Read(MarkPath);
        Evidence = SqliteEvidence.Of(
            _directory.Path, _model, _found, (_identities[0], _identities[1]), HasImages);
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

    // A file that cannot be read has something in it.
    private bool HasImages()
    {
        try
        {
            using var connection = new SqliteConnection(Connection(_directory.Snapshots));
            connection.Open();
            return SqliteIdentity.HasImages(connection, _model);
        }
        catch (SqliteException)
        {
            return true;
        }
    }

    /// <summary>
    /// Makes the mark, and only then has both files say that there is one: that it is missing is told from then on.
    /// </summary>
    private void BeginMark(Acknowledged last)
    {
        var identity = _identities.Append(_found?.Identity ?? 0).FirstOrDefault(known => known != 0);
        if (identity == 0)
            identity = SqliteIdentity.New();
        _mark = MarkFile.Begin(MarkPath, identity, _found, last);
        foreach (var (file, known) in Files.Zip(_identities))
            if (known != identity)
                try
                {
                    SqliteIdentity.Write(Connection(file), identity);
                }
                catch (SqliteException e)
                {
                    throw new ModelException($"{file} cannot be written: {e.Message}", e);
                }
    }

    private string Problem(SqliteException e) => StoredDamage.IsCode(e.SqliteErrorCode)
        ? $"is damaged: {e.Message} Restore it from a backup, or start with another data directory."
        : $"cannot be used: {e.Message} {Remedy(e) ?? "Give a data directory that can be written."}";

    private DataOptions Options(string file) => new DataOptions()
        .UseConnectionString("SQLite.MS", Connection(file)).UseInterceptor(new StoredRows())
        .UseInterceptor(new Pragmas(_sync));

    // In full: a relative path may look like a URI to SQLite ("file:..."), or like a database in memory.
    private static string Connection(string file) =>
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
