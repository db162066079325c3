using Microsoft.Data.Sqlite;

namespace MoE.Actors.Storage;

/// <summary>What is asked of the tables that Akka.Persistence.Sql makes in the files of a data directory.</summary>
internal static class SqliteTables
{
    private const string Patience = "PRAGMA busy_timeout=30000";
    private const string Journal = "journal";
    private const string Snapshot = "snapshot";

    /// <summary>The names of the models that have a log, sorted.</summary>
    /// <param name="log">Connection string of the log's file.</param>
    public static IReadOnlyList<string> Models(string log)
    {
        using var connection = Open(log);
        return [.. Ids(connection, Journal, "model-").Select(ImageOwners.OfLog).OfType<string>()];
    }

    /// <summary>Deletes the images of a model.</summary>
    /// <param name="images">Connection string of the images' file.</param>
    /// <param name="model">The model.</param>
    /// <param name="models">The models that have a log.</param>
    public static void DeleteImages(string images, string model, IReadOnlyList<string> models)
    {
        using var connection = Open(images);
        var ids = Ids(connection, Snapshot, ImageOwners.PrefixOf(model));
        using var transaction = connection.BeginTransaction();
        foreach (var id in ImageOwners.Deletable(model, ids, models))
            Execute(connection, $"DELETE FROM {Snapshot} WHERE persistence_id = $0", id);
        transaction.Commit();
    }

    /// <summary>Deletes the log of a model.</summary>
    /// <param name="log">Connection string of the log's file.</param>
    /// <param name="model">The model.</param>
    public static void DeleteLog(string log, string model)
    {
        using var connection = Open(log);
        if (HasTable(connection, Journal))
            Execute(connection, $"DELETE FROM {Journal} WHERE persistence_id = $0", StorageIds.Log(model));
    }

    private static SqliteConnection Open(string connection)
    {
        var open = new SqliteConnection(connection);
        open.Open();
        Execute(open, Patience);
        return open;
    }

    private static bool HasTable(SqliteConnection connection, string table)
    {
        using var command = Command(connection, "SELECT count(*) FROM sqlite_schema WHERE name = $0", table);
        return (long)command.ExecuteScalar()! > 0;
    }

    private static List<string> Ids(SqliteConnection connection, string table, string prefix)
    {
        List<string> ids = [];
        if (!HasTable(connection, table))
            return ids;
        using var command = Command(connection, $"SELECT DISTINCT persistence_id FROM {table} "
            + "WHERE substr(persistence_id, 1, length($0)) = $0 ORDER BY persistence_id", prefix);
        using var rows = command.ExecuteReader();
        while (rows.Read())
            ids.Add(rows.GetString(0));
        return ids;
    }

    private static void Execute(SqliteConnection connection, string statement, params string[] values)
    {
        using var command = Command(connection, statement, values);
        command.ExecuteNonQuery();
    }

    private static SqliteCommand Command(SqliteConnection connection, string statement, params string[] values)
    {
        var command = connection.CreateCommand();
        command.CommandText = statement;
        foreach (var (place, value) in values.Index())
            command.Parameters.AddWithValue($"${place}", value);
        return command;
    }
}
