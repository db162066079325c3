using MoE.Compute;
using MoE.Compute.Data;
using Xunit;

namespace MoE.Actors.Tests;

public sealed class LocalMixtureTests
{
    private const int Rows = 1500;

    [Fact]
    public async Task Actors_compute_the_same_bits_as_one_thread()
    {
        var report = await Models.LearnAsync(Rows);
        Assert.Equal(Models.SingleFingerprint(Rows), report.Fingerprint);
        Assert.Equal(Rows - (Rows / 97), report.Scores.Rows);
        Assert.Equal(Models.Options.Pool.Select(e => e.Id), report.Experts.Select(e => e.Id));
    }

    [Fact]
    public async Task Frequent_checkpoints_change_nothing()
    {
        var often = Models.Memory with { CheckpointInterval = TimeSpan.FromMilliseconds(1), KeptBytes = 20_000 };
        Assert.Equal(Models.SingleFingerprint(Rows), (await Models.LearnAsync(Rows, often)).Fingerprint);
    }

    [Fact]
    public async Task A_restart_from_a_data_directory_goes_on_as_if_there_had_been_none()
    {
        using var folder = new TestFolder();
        var durable = Models.Memory with { DataDirectory = folder.Path, CheckpointInterval = TimeSpan.FromMilliseconds(20) };
        await Models.LearnAsync(Models.EndOf(31), durable);
        await Models.LearnAsync(Models.EndOf(62), durable);
        var report = await Models.LearnAsync(Rows, durable);
        Assert.Equal(Models.SingleFingerprint(Rows), report.Fingerprint);
    }

    [Fact]
    public async Task Batches_are_reported_in_order_and_all_of_them()
    {
        var seen = new List<long>();
        await using var mixture = await Models.StartAsync();
        await mixture.LearnAsync(new SeededRows(Rows), b => seen.Add(b.Scores.Rows), CancellationToken.None);
        Assert.Equal(seen.Order(), seen);
        Assert.Equal(Rows - (Rows / 97), seen[^1]);
        Assert.Equal((seen[^1] + 15) / 16, seen.Count);
    }

    [Fact]
    public async Task The_load_of_each_batch_is_that_of_one_thread_and_adds_up_to_the_experts_shares()
    {
        var loads = new List<int[]>();
        await using var mixture = await Models.StartAsync();
        await mixture.LearnAsync(
            new SeededRows(Rows), b => loads.Add([.. b.Load]), CancellationToken.None);
        var (source, single) = (new SeededRows(Rows), new Mixture(new SeededRows(0).Schema, Models.Options));
        foreach (var load in loads)
            Assert.Equal(single.Learn(source.Read(Models.Options.Batch)!).Load(), load);
        var report = await mixture.ReportAsync();
        Assert.Equal(
            report.Experts.Skip(3).Select(e => (int)Math.Round(e.Share * report.Scores.Rows / 100)),
            Enumerable.Range(0, 6).Select(slot => loads.Sum(load => load[slot])));
    }

    [Fact]
    public async Task A_stop_ends_behind_a_whole_batch_and_the_rest_may_follow()
    {
        await using var mixture = await Models.StartAsync();
        using var stop = new CancellationTokenSource();
        using var source = new SeededRows(100_000);
        var rows = 0L;
        await mixture.LearnAsync(source, b =>
        {
            rows = b.Scores.Rows;
            if (rows >= 160)
                stop.Cancel();
        }, stop.Token);
        Assert.Equal(0, rows % 16);
        Assert.InRange(rows, 160, 99_000);
        Assert.Equal(rows, (await mixture.ReportAsync()).Scores.Rows);
    }

    [Fact]
    public async Task A_stop_before_the_begin_learns_nothing_and_returns()
    {
        await using var mixture = await Models.StartAsync();
        await mixture.LearnAsync(new SeededRows(Rows), _ => { }, new CancellationToken(canceled: true));
        Assert.Equal(0, (await mixture.ReportAsync()).Scores.Rows);
    }

    [Fact]
    public async Task What_a_source_throws_comes_out_after_all_it_gave_is_learned()
    {
        await using var mixture = await Models.StartAsync();
        using var source = new SeededRows(Rows) { BreaksAt = 90 };
        var error = await Assert.ThrowsAsync<IOException>(() => mixture.LearnAsync(source, _ => { }, CancellationToken.None));
        Assert.Equal("row 90 cannot be read", error.Message);
        Assert.Equal(80, (await mixture.ReportAsync()).Scores.Rows);
    }

    [Fact]
    public async Task What_the_delegate_throws_comes_out_and_the_mixture_lives_on()
    {
        await using var mixture = await Models.StartAsync();
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => mixture.LearnAsync(
            new SeededRows(Rows), _ => throw new InvalidTimeZoneException(), CancellationToken.None));
        Assert.True((await mixture.ReportAsync()).Scores.Rows >= 16);
    }

    [Fact]
    public async Task Rows_that_were_learned_before_are_passed_over()
    {
        await using var mixture = await Models.StartAsync();
        await mixture.LearnAsync(new SeededRows(Models.EndOf(10)), _ => { }, CancellationToken.None);
        await mixture.LearnAsync(new SeededRows(Rows), _ => { }, CancellationToken.None);
        Assert.Equal(Models.SingleFingerprint(Rows), (await mixture.ReportAsync()).Fingerprint);
    }

    [Fact]
    public async Task Rows_offered_twice_are_counted_and_learned_once()
    {
        await using var mixture = await Models.StartAsync();
        await mixture.LearnAsync(new SeededRows(140), _ => { }, CancellationToken.None);
        await mixture.LearnAsync(new SeededRows(Rows), _ => { }, CancellationToken.None);
        var report = await mixture.ReportAsync();
        Assert.Equal((Rows - (Rows / 97), 140), (report.Scores.Rows, report.Duplicates));
        Assert.Equal(Rows / 97, report.Scores.Refused);
    }

    [Fact]
    public async Task Two_sources_are_counted_each_for_itself()
    {
        using var folder = new TestFolder();
        var durable = Models.Memory with { DataDirectory = folder.Path };
        await Models.LearnAsync(320, durable);
        await using (var mixture = await Models.StartAsync(durable))
        {
            var other = new SeededRows(160, seed: 2) { Id = SourceId.Named("other rows") };
            Assert.Equal(0, (await Models.SkipAsync(mixture, other)).Offset);
            await mixture.LearnAsync(other, _ => { }, CancellationToken.None);
        }
        await using var again = await Models.StartAsync(durable);
        Assert.Equal((320, 317, 476), Position(await Models.SkipAsync(again, new SeededRows(0))));
        Assert.Equal((160, 159, 476), Position(await again.ProgressAsync(SourceId.Named("other rows"), default)));

        static (long, long, long) Position(SourceProgress s) => (s.Offset, s.SourceRows, s.Rows);
    }

    [Fact]
    public async Task Rows_that_leave_a_gap_are_refused()
    {
        await using var mixture = await Models.StartAsync();
        using var late = new SeededRows(Rows);
        late.SkipTo(40);
        var error = await Assert.ThrowsAsync<ModelException>(
            () => mixture.LearnAsync(late, _ => { }, CancellationToken.None));
        Assert.Equal("The source gave rows from row 41 on; it must continue after row 0, the "
            + "last that the model has read.", error.Message);
    }

    [Fact]
    public async Task Rows_that_are_not_the_models_end_the_stream_with_the_place()
    {
        await using var mixture = await Models.StartAsync();
        var wrong = new RowBatch { Values = [1f, 2f], Targets = [0], NextOffset = 1 };
        var error = await Assert.ThrowsAsync<ModelException>(
            () => mixture.LearnAsync(new FixedRows(wrong), _ => { }, CancellationToken.None));
        Assert.StartsWith("Rows up to row 1 of the source cannot be learned.", error.Message, StringComparison.Ordinal);
        await mixture.LearnAsync(new SeededRows(160), _ => { }, CancellationToken.None);
        Assert.Equal(159, (await mixture.ReportAsync()).Scores.Rows);
    }

    private sealed class FixedRows(RowBatch rows) : IRowSource
    {
        private RowBatch? _rows = rows;

        public string Name => Id.Name;

        public SourceId Id { get; } = SourceId.Named("fixed rows");

        public Schema Schema => new SeededRows(0).Schema;

        public ValueTask SkipToAsync(long offset, CancellationToken cancel) => throw new NotSupportedException();

        public ValueTask<RowBatch?> ReadAsync(int rows, CancellationToken cancel) => new(Interlocked.Exchange(ref _rows, null));

        public void Dispose()
        {
        }
    }
}
