using System.Buffers.Binary;
using Microsoft.Data.Sqlite;

namespace MoE.Torture.Tests.Storage;

/// <summary>
/// Reads what a killed process left in its data directory from a copy: to open the files themselves would clear their
/// write-ahead logs away, which is the next life's to do.
/// </summary>
internal static class SqliteCopy
{
    private const int CheckpointHead = 3 * sizeof(long);

    public static StoredModel Read(string directory)
    {
        if (!Directory.Exists(directory))
            return StoredModel.Empty;
        using var copy = new TemporaryFolder();
        foreach (var file in Directory.EnumerateFiles(directory, "*.db*"))
            if (!file.EndsWith("-shm", StringComparison.Ordinal))
                File.Copy(file, Path.Combine(copy.Path, Path.GetFileName(file)));
        List<StoredEvent> events = [];
        List<StoredCheckpoint> checkpoints = [];
        Read(Path.Combine(copy.Path, "journal.db"), "journal",
            $"sequence_number, manifest, deleted, substr(message, 1, {CheckpointHead})", "sequence_number", row =>
            {
                var e = new StoredEvent(row.GetInt64(0), row.GetString(1), row.GetBoolean(2));
                events.Add(e);
                if (e is { IsCheckpoint: true, IsDeleted: false })
                    checkpoints.Add(Checkpoint(e.Sequence, row.GetFieldValue<byte[]>(3)));
            });
        var images = new HashSet<StoredImage>();
        Read(Path.Combine(copy.Path, "snapshots.db"), "snapshot", "persistence_id, sequence_number, created",
            "sequence_number", row => images.Add(new StoredImage(row.GetString(0), row.GetInt64(1), row.GetInt64(2))));
        return new StoredModel(events, checkpoints, images);
    }

    // The event begins with the numbers of the batch, of the source's rows, and of the last dispensable event.
    private static StoredCheckpoint Checkpoint(long sequence, byte[] head) => new(
        sequence,
        BinaryPrimitives.ReadInt64LittleEndian(head),
        BinaryPrimitives.ReadInt64LittleEndian(head.AsSpan(2 * sizeof(long))));

    private static void Read(string file, string table, string columns, string order, Action<SqliteDataReader> onRow)
    {
        if (!File.Exists(file))
            return;
        using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = '{table}'";
        if ((long)command.ExecuteScalar()! == 0)
            return;
        command.CommandText = $"SELECT {columns} FROM {table} ORDER BY {order}";
        using var row = command.ExecuteReader();
        while (row.Read())
            onRow(row);
    }
}
