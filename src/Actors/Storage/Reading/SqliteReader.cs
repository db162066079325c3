using Akka.Actor.Setup;
using Akka.Persistence.Sql.Config;
using LinqToDB;
using MoE.Actors.Serialization;
using MoE.Actors.Storage.Marks;

namespace MoE.Actors.Storage.Reading;

/// <summary>
/// The two SQLite files of a data directory as they are now, in memory, for who only looks at a model. Nothing is
/// written into the directory, and it is free again as soon as it is read.
/// </summary>
internal sealed class SqliteReader : IStore
{
    private readonly SqliteCopy[] _copies;

    private SqliteReader(string path, SqliteCopy[] copies) => (Name, _copies) = (path, copies);

    public string Name { get; }

    public string HoconFile => "persistence.sqlite.hocon";

    public IEnumerable<Setup> Setups
    {
        get
        {
            var setup = new MultiDataOptionsSetup();
            setup.AddDataOptions("akka.persistence.journal.sql", Options(_copies[0]));
            setup.AddDataOptions("akka.persistence.snapshot-store.sql", Options(_copies[1]));
            return [setup];
        }
    }

    public Task<ModelException> Lost { get; } = new TaskCompletionSource<ModelException>().Task;

    public IReadOnlyList<string> Warnings { get; private init; } = [];

    /// <summary>Reads both files, while nobody writes to them.</summary>
    /// <exception cref="ModelException">The model is in use, or a file cannot be read or is no database.</exception>
    public static SqliteReader Open(string path, string model)
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
            var store = new SqliteReader(path, [.. copies])
            {
                Warnings = SqliteStore.WalDamages(reading.Files),
                Evidence = SqliteEvidence.Of(path, model, MarkFile.Read(Path.Combine(path, MarkFile.NameOf(model))),
                    (copies[0].Identity, copies[1].Identity), () => copies[1].HasImages(model)),
            };
            reading.Check();
            return store;
        }
        catch
        {
            copies.ForEach(copy => copy.Dispose());
            throw;
        }
    }

    public Task SettleLogAsync() => Task.CompletedTask;

    public string? Remedy(Exception cause) => null;

    /// <inheritdoc/>
    public LogEvidence Evidence { get; private init; } = LogEvidence.None;

    /// <inheritdoc/>
    public IReadOnlyList<string> LogDamages() => _copies[0].Damages();

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
}
