using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Persistence.Sql.Config;
using LinqToDB;
using MoE.Actors.Storage.Marks;

namespace MoE.Actors.Storage.Reading;

/// <summary>
/// The two SQLite files of a data directory as they are now, in memory, for who only looks at a model. Nothing is
/// written into the directory, and it is free again as soon as it is read.
/// </summary>
internal sealed class SqliteReader(string path) : IStore
{
    private SqliteCopy[] _copies = [];

    public string Name => path;

    public Config Config => Hocon.Read("persistence.sqlite.hocon");

    /// <summary>How the copies are opened, once they are made.</summary>
    public IEnumerable<Setup> Setups
    {
        get
        {
            var setup = new MultiDataOptionsSetup();
            setup.AddDataOptions(StorePlugins.Default.Journal, Options(_copies[0]));
            setup.AddDataOptions(StorePlugins.Default.Snapshots, Options(_copies[1]));
            return [setup];
        }
    }

    public IReadOnlyList<string> Warnings { get; private set; } = [];

    /// <summary>Reads both files, while nobody writes to them.</summary>
    /// <exception cref="ModelException">The model is in use, or a file cannot be read or is no database.</exception>
    public void Open()
    {
        using var reading = DataDirectory.OpenToRead(path);
        List<SqliteCopy> copies = [];
        try
        {
            foreach (var file in reading.Files)
            {
                SqliteEvidence.RefuseWithoutHeader(file);
                copies.Add(SqliteCopy.Of(file));
            }
            Warnings = SqliteStore.WalDamages(reading.Files);
            reading.Check();
            _copies = [.. copies];
        }
        catch
        {
            copies.ForEach(copy => copy.Dispose());
            throw;
        }
    }

    public Task<IModelStore> OpenModelAsync(string model, CancellationToken cancel) =>
        Task.FromResult<IModelStore>(new Part(path, model, _copies));

    public Task<IReadOnlyList<string>> ModelsAsync(CancellationToken cancel) =>
        Task.FromResult(SqliteTables.Models(_copies[0].Connection));

    public Task DeleteModelAsync(string model, CancellationToken cancel) =>
        throw new NotSupportedException("Nothing is deleted from what is only read.");

    /// <inheritdoc/>
    public IReadOnlyList<string> Damages() => [.. _copies.SelectMany(copy => copy.Damages())];

    /// <summary>Lets the memory go.</summary>
    public ValueTask DisposeAsync()
    {
        foreach (var copy in _copies)
            copy.Dispose();
        return ValueTask.CompletedTask;
    }

    private static DataOptions Options(SqliteCopy copy) =>
        new DataOptions().UseConnectionString("SQLite.MS", copy.Connection).UseInterceptor(new StoredRows());

    /// <summary>One model.</summary>
    private sealed class Part(string path, string model, SqliteCopy[] copies) : IModelStore
    {
        public string Name => path;

        public string FullName => $"model '{model}' in {path}";

        public Task<ModelException> Lost { get; } = new TaskCompletionSource<ModelException>().Task;

        public LogEvidence Evidence { get; } = SqliteEvidence.Of(
            path, model, MarkFile.Read(Path.Combine(path, MarkFile.NameOf(model))),
            (copies[0].Identity, copies[1].Identity), () => copies[1].HasImages(model));

        public IReadOnlyList<string> LogDamages() => copies[0].Damages();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

/// <summary>A data directory that is being read, and that nobody can begin to write to meanwhile.</summary>
/// <param name="files">Its databases: the log, then the images.</param>
/// <param name="held">The lock that keeps writers out; null where the directory has none.</param>
/// <param name="isWritten">Why what was read is not to be trusted: somebody writes; null where nobody does.</param>
internal sealed class DirectoryReading(
    IReadOnlyList<string> files, FileStream? held, Func<ModelException?> isWritten) : IDisposable
{
    /// <summary>Its databases: the log, then the images.</summary>
    public IReadOnlyList<string> Files => files;

    /// <summary>Sees, once all is read, that nobody wrote meanwhile.</summary>
    /// <exception cref="ModelException">Somebody did.</exception>
    public void Check()
    {
        if (isWritten() is { } problem)
            throw problem;
    }

    /// <inheritdoc/>
    public void Dispose() => held?.Dispose();
}
