using Microsoft.Data.Sqlite;
using MoE.Actors.Storage.Marks;

namespace MoE.Actors.Storage;

/// <summary>One model in a data directory, with the mark that says how far its log was acknowledged.</summary>
internal sealed class SqliteModelStore : IModelStore
{
    private readonly SqliteStore _store;
    private readonly string _path;
    private readonly string _model;
    private readonly JournalSync _sync;
    private readonly Mark? _found;
    private MarkFile? _mark;

    /// <summary>Reads the mark.</summary>
    /// <exception cref="ModelException">It is of a newer version, or cannot be read.</exception>
    public SqliteModelStore(SqliteStore store, string path, string model, JournalSync sync)
    {
        (_store, _path, _model, _sync) = (store, path, model, sync);
        _found = MarkFile.Read(MarkPath);
        Evidence = SqliteEvidence.Of(path, model, _found, store.Identities, HasImages);
    }

    public string Name => _path;

    public string FullName => $"model '{_model}' in {_path}";

    public Task<ModelException> Lost { get; } = new TaskCompletionSource<ModelException>().Task;

    /// <inheritdoc/>
    public LogEvidence Evidence { get; }

    private string MarkPath => Path.Combine(_path, MarkFile.NameOf(_model));

    private string Journal => DataDirectory.JournalIn(_path);

    // Under the softer sync the operating system may write the images' file long before the log's.
    public Task SettleLogAsync() => _sync == JournalSync.Full ? Task.CompletedTask : Task.Run(() =>
    {
        using var log = new FileStream(
            Journal + "-wal", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        log.Flush(flushToDisk: true);
    });

    /// <inheritdoc/>
    public void Acknowledge(Acknowledged last)
    {
        if (_mark is not null)
            _mark.Write(last);
        else
            _mark = _store.BeginMark(MarkPath, _found, last);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> LogDamages() => SqliteStore.Damages(Journal);

    /// <summary>Closes the mark.</summary>
    public ValueTask DisposeAsync()
    {
        _mark?.Dispose();
        return ValueTask.CompletedTask;
    }

    // A file that cannot be read has something in it.
    private bool HasImages()
    {
        try
        {
            using var connection = new SqliteConnection(SqliteStore.Connection(DataDirectory.SnapshotsIn(_path)));
            connection.Open();
            return SqliteIdentity.HasImages(connection, _model);
        }
        catch (SqliteException)
        {
            return true;
        }
    }
}
