using System.Collections.Concurrent;
using Akka.Configuration;
using MoE.Actors.Storage;
using MoE.Actors.Tests.Inspection;
using Xunit;
using Xunit.Abstractions;

namespace MoE.Actors.Tests;

/// <summary>Whatever happens to the files of a data directory: an error in words, or the right bits.</summary>
public sealed class RandomDamageTests(ITestOutputHelper output)
{
    private const int Damages = 200;
    private const int AtOnce = 4;
    private const int Seed = 7;
    private const int Rows = 1500;

    private static readonly int Stored = Models.EndOf(45);
    private static readonly Config Quiet = ConfigurationFactory.ParseString("akka.loglevel = OFF");

    [Fact]
    public async Task No_damage_makes_a_wrong_model_in_silence()
    {
        using var stored = await StoredAsync();
        var (random, expected, ends) = (new Random(Seed), Models.SingleFingerprint(Rows), new ConcurrentBag<End>());
        // several at once, for each waits for its disk; they are damaged one after another, by one random sequence
        await Parallel.ForEachAsync(Enumerable.Range(0, Damages).Select(_ => Damaged(stored, random)),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (damaged, _) =>
            {
                using var folder = damaged.Folder;
                ends.Add(await OpenAsync(folder, damaged.Damage));
            });
        output.WriteLine($"{Damages} damages (seed {Seed}): "
            + $"{ends.Count(e => e.Refusal is null)} cost nothing but time, "
            + $"{ends.Count(e => e.Refusal is not null)} were refused, "
            + $"{ends.Count(e => e.IsShort)} cut the log's end off, "
            + $"of which {ends.Count(e => e.IsShort && e.IsTold)} were told");
        Assert.All(ends, end => Assert.True(end.Refusal is not null || end.Fingerprint == expected, end.ToString()));
        // In the last transactions damage looks as a crash leaves them; before those it is told (SqliteWalTests).
        Assert.All(ends, end => Assert.True(!end.IsShort || end.Damage.StartsWith("journal.db-wal"), end.ToString()));
        Assert.Contains(ends, end => end.IsShort && end.IsTold);
        Assert.Contains(ends, end => end.Refusal is not null);
        Assert.Contains(ends, end => end.Refusal is null);
    }

    private static (TestFolder Folder, string Damage) Damaged(TestFolder stored, Random random)
    {
        var folder = new TestFolder();
        stored.CopyTo(folder);
        return (folder, FileDamage.Inflict(folder.Path, random));
    }

    /// <summary>Opens what is damaged and learns on to the end.</summary>
    private static async Task<End> OpenAsync(TestFolder folder, string damage)
    {
        var isTold = SqliteWal.DamagedAt(Path.Combine(folder.Path, "journal.db")) is not null;
        try
        {
            await using var mixture =
                await Models.StartAsync(StoredModels.Durable(folder), null, Quiet);
            using var source = new SeededRows(Rows);
            var progress = await Models.SkipAsync(mixture, source);
            await mixture.LearnAsync(source, _ => { }, CancellationToken.None);
            var report = await mixture.ReportAsync();
            return new End(damage, null, progress.Offset < Stored, isTold, report.Fingerprint);
        }
        catch (ModelException e)
        {
            Assert.StartsWith(folder.Path, e.Message, StringComparison.Ordinal);
            Assert.Matches("is damaged|are missing|cannot be read|No checkpoint is intact", e.Message);
            Assert.DoesNotContain(e.Message, char.IsControl);
            return new End(damage, e.Message, false, isTold, null);
        }
    }

    /// <summary>
    /// Three checkpoints, the second and third with rows behind them in the journal, as a kill leaves it.
    /// </summary>
    private static async Task<TestFolder> StoredAsync()
    {
        using var folder = new TestFolder();
        for (var batches = 10; batches <= 30; batches += 10)
            await Models.LearnAsync(Models.EndOf(batches), StoredModels.Durable(folder));
        var killed = new TestFolder();
        await using var mixture = await Models.StartAsync(StoredModels.Durable(folder));
        using var source = new SeededRows(Stored);
        await Models.SkipAsync(mixture, source);
        await mixture.LearnAsync(source, _ => { }, CancellationToken.None);
        folder.CopyTo(killed);
        return killed;
    }

    private sealed record End(string Damage, string? Refusal, bool IsShort, bool IsTold, string? Fingerprint);
}
