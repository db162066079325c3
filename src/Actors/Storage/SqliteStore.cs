using System.Data.Common;
using Akka.Actor.Setup;
using Akka.Persistence.Sql.Config;
using LinqToDB;
using LinqToDB.Interceptors;
using Microsoft.Data.Sqlite;

namespace MoE.Actors.Storage;

/// <summary>The two SQLite files of a data directory: one a lock's worth of writers each.</summary>
internal sealed class SqliteStore(DataDirectory directory, JournalSync sync) : IDisposable
{
    private const int Corrupt = 11;
    private const int NoDatabase = 26;

    private readonly string _journal = Connection(directory.Journal);
    private readonly string _snapshots = Connection(directory.Snapshots);

    /// <summary>Opens both files once, for Akka would only say after long that it cannot.</summary>
    /// <exception cref="ModelException">
    /// A file cannot be written, or is no database, or there is no space for more.
    /// </exception>
    public void Check()
    {
        FullDisk.Refuse(directory.Path);
        foreach (var file in (string[])[directory.Journal, directory.Snapshots])
            try
            {
                using var connection = new SqliteConnection(Connection(file));
                connection.Open();
                using var command = connection.CreateCommand();
                command.CommandText = "BEGIN IMMEDIATE; SELECT count(*) FROM sqlite_schema; ROLLBACK;";
                command.ExecuteNonQuery();
            }
            catch (SqliteException e)
            {
                throw new ModelException($"{file} {Problem(e)}", e);
            }
    }

    /// <summary>What SQLite finds damaged in the files, in one sentence each.</summary>
    public IReadOnlyList<string> Damages() =>
        [.. Damages(directory.Journal), .. Damages(directory.Snapshots)];

    /// <summary>Tells Akka's plugins where the files are and how to write them.</summary>
    public Setup Setup()
    {
        var setup = new MultiDataOptionsSetup();
        setup.AddDataOptions("akka.persistence.journal.sql", Options(_journal));
        setup.AddDataOptions("akka.persistence.snapshot-store.sql", Options(_snapshots));
        return setup;
    }

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        foreach (var file in (string[])[_journal, _snapshots])
        {
            using var connection = new SqliteConnection(file);
            SqliteConnection.ClearPool(connection);
        }
    }

    private string Problem(SqliteException e) => e.SqliteErrorCode is Corrupt or NoDatabase
        ? $"is damaged: {e.Message} Restore it from a copy, or begin with another data directory."
        : $"cannot be used: {e.Message} "
            + (FullDisk.IsCause(e, directory.Path) ? FullDisk.Remedy : "Give a data directory that can be written.");

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

    private DataOptions Options(string connection) => new DataOptions()
        .UseConnectionString("SQLite.MS", connection).UseInterceptor(new Pragmas(sync));

    private static string Connection(string file) =>
        new SqliteConnectionStringBuilder { DataSource = file }.ToString();

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
