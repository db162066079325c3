using MoE.Compute.Data;
using Xunit;

namespace MoE.Actors.Tests;

/// <summary>Several sources that feed one model at once.</summary>
public sealed class ProducersTests
{
    private const int Rows = 1500;

    [Fact]
    public async Task Two_producers_of_new_names_at_once_are_both_learned_and_a_replay_has_the_same_bits()
    {
        using var folder = new TestFolder();
        var durable = Models.Memory with { DataDirectory = folder.Path };
        var mixture = await Models.StartAsync(durable);
        await Task.WhenAll(LearnAsync(mixture, "north", 1), LearnAsync(mixture, "south", 2));
        var report = await mixture.ReportAsync();
        Assert.Equal((2 * Rows, 0), (report.Scores.Rows, report.Scores.Refused));
        var progress = await mixture.ProgressAsync(SourceId.Named("north"), CancellationToken.None);
        Assert.Equal(Rows, progress.Offset);
        Assert.Equal(
            [.. Enumerable.Range(0, 20).SelectMany(i => (string[])[$"north {i}", $"south {i}"]).Order()],
            progress.Terms.Where(term => term.Column == 3).Select(term => term.Text).Order());
        await mixture.AbortAsync();
        await using var again = await Models.StartAsync(durable);
        Assert.Equal(report.Fingerprint, (await again.ReportAsync()).Fingerprint);
    }

    [Fact]
    public async Task Each_producer_hears_of_its_own_batches_and_of_all_of_them()
    {
        await using var mixture = await Models.StartAsync();
        var learned = new int[3];
        await Task.WhenAll(Enumerable.Range(0, 3).Select(i => mixture.LearnAsync(
            new NamedRows($"source {i}", Rows, i),
            batch => learned[i] += batch.Rows!.Targets.Length, CancellationToken.None)));
        Assert.Equal([Rows, Rows, Rows], learned);
    }

    [Fact]
    public async Task A_producer_that_ends_or_breaks_leaves_the_others_alone()
    {
        await using var mixture = await Models.StartAsync();
        var other = LearnAsync(mixture, "south", 2);
        await Assert.ThrowsAsync<IOException>(() => mixture.LearnAsync(
            new SeededRows(Rows) { BreaksAt = 90 }, _ => { }, CancellationToken.None));
        await other;
        Assert.Equal(Rows + 80, (await mixture.ReportAsync()).Scores.Rows);
    }

    [Fact]
    public async Task One_source_is_read_by_one_producer_at_a_time()
    {
        await using var mixture = await Models.StartAsync();
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stop = new CancellationTokenSource();
        var first = mixture.LearnAsync(
            new SeededRows(int.MaxValue), _ => reached.TrySetResult(), stop.Token);
        await reached.Task;
        var error = await Assert.ThrowsAsync<ModelException>(
            () => mixture.LearnAsync(new SeededRows(Rows), _ => { }, CancellationToken.None));
        Assert.Equal("The model is learning seeded rows already; wait until that ends.", error.Message);
        await stop.CancelAsync();
        await first;
    }

    [Fact]
    public async Task A_stop_ends_a_source_that_waits_for_rows_without_an_exception()
    {
        await using var mixture = await Models.StartAsync();
        using var stop = new CancellationTokenSource();
        var rows = new WaitingRows();
        var learning = mixture.LearnAsync(rows, _ => { }, stop.Token);
        await rows.Waits;
        await stop.CancelAsync();
        await learning;
        Assert.Equal(0, (await mixture.ReportAsync()).Scores.Rows);
    }

    private static Task LearnAsync(LocalMixture mixture, string name, int seed) =>
        mixture.LearnAsync(new NamedRows(name, Rows, seed), _ => { }, CancellationToken.None);

    /// <summary>Rows of a source that has 20 names of its own, numbered by itself.</summary>
    private sealed class NamedRows(string name, int rows, int seed) : IRowSource
    {
        private readonly NameList _names = new();
        private readonly Dictionary<Term, int> _index = [];
        private readonly Random _random = new(seed);
        private int _next;

        public string Name => name;

        public SourceId Id { get; } = SourceId.Named(name);

        public Schema Schema => new SeededRows(0).Schema;

        public ValueTask SkipToAsync(long offset, CancellationToken cancel) => throw new NotSupportedException();

        public async ValueTask<RowBatch?> ReadAsync(int rows1, CancellationToken cancel)
        {
            if (_random.Next(3) == 0)
                await Task.Yield();
            var count = Math.Min(rows1, rows - _next);
            if (count == 0)
                return null;
            _next += count;
            var (values, targets) = (new List<float>(), new List<int>());
            for (var row = 0; row < count; row++)
            {
                var a = _random.NextSingle();
                values.AddRange(a, _random.NextSingle(), _random.NextSingle(), Index(3, $"{name} {_random.Next(20)}"));
                targets.Add(Index(Term.Class, a < 0.5f ? name : "other"));
            }
            return new RowBatch
            {
                Values = [.. values],
                Targets = [.. targets],
                Names = _names.SoFar,
                NextOffset = _next,
            };
        }

        public void Dispose()
        {
        }

        private int Index(int column, string text) => _index.TryGetValue(new Term(column, text), out var index)
            ? index : _index[new Term(column, text)] = _names.Add(new Term(column, text));
    }

    /// <summary>A source of which no row ever comes.</summary>
    private sealed class WaitingRows : IRowSource
    {
        private readonly TaskCompletionSource _waits = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Waits => _waits.Task;

        public string Name => Id.Name;

        public SourceId Id { get; } = SourceId.Named("waiting rows");

        public Schema Schema => new SeededRows(0).Schema;

        public ValueTask SkipToAsync(long offset, CancellationToken cancel) => throw new NotSupportedException();

        public async ValueTask<RowBatch?> ReadAsync(int rows, CancellationToken cancel)
        {
            _waits.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancel);
            return null;
        }

        public void Dispose()
        {
        }
    }
}
