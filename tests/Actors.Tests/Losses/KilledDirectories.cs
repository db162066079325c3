using Microsoft.Data.Sqlite;
using MoE.Actors.Tests.Inspection;
using Xunit;

namespace MoE.Actors.Tests.Losses;

/// <summary>A data directory as a kill left it.</summary>
/// <param name="Folder">The files.</param>
/// <param name="Batches">Batches that were acknowledged.</param>
internal sealed record KilledDirectory(TestFolder Folder, int Batches)
{
    /// <summary>Rows of the source that were read with them.</summary>
    public int Rows { get; } = Models.EndOf(Batches);
}

/// <summary>
/// Copies of the directory of one model, oldest first: while it runs, and after each of its lives, with the write-ahead
/// logs as long as they get. All come from one life after another, so that older files fit newer ones.
/// </summary>
public sealed class KilledDirectories : IAsyncLifetime
{
    private const int Lives = 6;
    private const int BatchesPerLife = 8;
    private const int LivesPerLog = 3;

    /// <summary>Batches of the whole stream.</summary>
    public const int AllBatches = (Lives + 1) * BatchesPerLife;

    private readonly List<KilledDirectory> _all = [];
    private readonly Dictionary<long, string> _fingerprints = [];

    internal IReadOnlyList<KilledDirectory> All => _all;

    /// <summary>A directory of another model, which learned other rows under the same options.</summary>
    internal KilledDirectory Other { get; private set; } = null!;

    /// <summary>The numbers of a model that learned so many rows of the source without a stop.</summary>
    internal string FingerprintAt(long rows) => _fingerprints.TryGetValue(rows, out var known)
        ? known
        : _fingerprints[rows] = Models.SingleFingerprint((int)rows);

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        await MakeAsync(seed: 1);
        Other = _all[LivesPerLog];
        _all.Remove(Other);
        Dispose(_all);
        await MakeAsync(seed: 0);
    }

    /// <inheritdoc/>
    public Task DisposeAsync()
    {
        Dispose([.. _all, Other]);
        return Task.CompletedTask;
    }

    private async Task MakeAsync(int seed)
    {
        using var live = new TestFolder();
        List<SqliteConnection> holders = [];
        for (var life = 1; life <= Lives; life++)
        {
            var batches = life * BatchesPerLife;
            await using (var mixture = await Models.StartAsync(StoredModels.Durable(live), null, WarningLog.Config))
            {
                await LearnAsync(mixture, batches - (BatchesPerLife / 2), seed);
                if (holders.Count == 0)
                    holders = [Hold(live, "journal.db"), Hold(live, "snapshots.db")];
                Copy(live, batches - (BatchesPerLife / 2));
                await LearnAsync(mixture, batches, seed);
                Copy(live, batches);
            }
            Copy(live, batches);
            if (life % LivesPerLog == 0)
                Dispose(holders);
        }
    }

    internal static async Task LearnAsync(LocalMixture mixture, int batches, int seed = 0)
    {
        using var source = new SeededRows(Models.EndOf(batches), 1 + seed);
        await Models.SkipAsync(mixture, source);
        await mixture.LearnAsync(source, _ => { }, CancellationToken.None);
    }

    // As long as somebody else has a file open, SQLite keeps its write-ahead log.
    private static SqliteConnection Hold(TestFolder folder, string file)
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(folder.Path, file)};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM sqlite_schema";
        command.ExecuteScalar();
        return connection;
    }

    private void Copy(TestFolder live, int batches)
    {
        var copy = new TestFolder();
        live.CopyTo(copy);
        _all.Add(new KilledDirectory(copy, batches));
    }

    private static void Dispose(List<SqliteConnection> holders)
    {
        holders.ForEach(holder => holder.Dispose());
        holders.Clear();
    }

    private static void Dispose(List<KilledDirectory> copies)
    {
        copies.ForEach(copy => copy.Folder.Dispose());
        copies.Clear();
    }
}
