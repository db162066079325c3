using System.Threading.Channels;
using MoE.Compute.Data;
using MoE.Compute.Data.Csv;
using Xunit;

namespace MoE.Compute.Tests.Data;

public sealed class SourceWaitTests : IDisposable
{
    private static readonly CsvOptions Declared = new() { Numeric = ["a"] };

    private readonly CancellationTokenSource _stop = new();
    private readonly QuickClock _clock = new();
    private readonly Channel<string> _notices = Channel.CreateUnbounded<string>();

    public void Dispose() => _stop.Dispose();

    [Fact]
    public async Task A_stop_while_kinds_are_looked_for_gives_the_rows_that_came()
    {
        using var quiet = new QuietStream("a,c\n" + Rows(300) + "17,hal");
        var reading = Task.Run(() => Open(quiet, new()).ReadAll());
        await quiet.Silence;
        _clock.Pass();
        Assert.Equal("standard: nothing has arrived for a while; waiting for 1,000 rows, or the end, to see what the columns "
            + "hold; 300 have arrived. If a schema file declares the columns, rows are learned as they arrive.",
            await NoticeAsync());
        await _stop.CancelAsync();
        var rows = await reading;
        Assert.Equal((300, 300L), (rows.Rows, rows.NextOffset));
        Assert.Equal(["0", "1"], rows.NewTerms.Select(term => term.Text));
        Assert.Empty(rows.Refusals);
    }

    [Fact]
    public async Task A_stop_while_rows_are_waited_for_gives_those_of_an_unfilled_batch()
    {
        using var quiet = new QuietStream("a,c\n" + Rows(100));
        var reading = Task.Run(() => Open(quiet, Declared).ReadAll());
        await quiet.Silence;
        await _stop.CancelAsync();
        Assert.Equal(100, (await reading).Rows);
    }

    [Theory]
    [InlineData("", "waiting for the header row.")]
    [InlineData("a,", "waiting for the header row.")]
    [InlineData("a,c\n1,", "waiting for 1,000 rows, or the end, to see what the columns hold; 0 have arrived.")]
    public async Task A_stop_before_the_first_row_is_one_and_no_guess_of_what_columns_hold(string text, string notice)
    {
        using var quiet = new QuietStream(text);
        var opening = Task.Run(() => Open(quiet, new()));
        await quiet.Silence;
        _clock.Pass();
        Assert.Contains(notice, await NoticeAsync(), StringComparison.Ordinal);
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening);
    }

    [Fact]
    public async Task Silence_is_told_once_for_each_thing_that_is_waited_for()
    {
        _clock.Pass();
        using var quiet = new QuietStream([.. "a,c\n1,x\n2,y\n3,x\n".Select(c => $"{c}")], ends: true);
        var rows = await Task.Run(() => Open(quiet, Declared).ReadAll());
        Assert.Equal(3, rows.Rows);
        _notices.Writer.Complete();
        var told = await _notices.Reader.ReadAllAsync().Select(n => n.Split("waiting for ")[1]).ToListAsync();
        Assert.Equal(told.Distinct(), told);
        Assert.Subset(new HashSet<string> { "the header row.", "more rows." }, told.ToHashSet());
    }

    [Fact]
    public void What_breaks_a_stream_that_is_waited_for_comes_out_after_its_rows()
    {
        using var broken = new BrokenStream("a,c\n" + Rows(3));
        using var rows = Open(broken, Declared);
        Assert.Equal(3, rows.Read(64)!.Rows);
        Assert.Equal("standard cannot be read after line 4: the other end is gone",
            Assert.Throws<SourceException>(() => rows.Read(64)).Message);
    }

    [Fact]
    public async Task A_pipe_by_name_that_nobody_writes_to_hears_a_stop()
    {
        if (OperatingSystem.IsWindows())
            return;
        var path = Path.Combine(Directory.CreateTempSubdirectory("moe-pipe-").FullName, "pipe");
        using (var make = System.Diagnostics.Process.Start("mkfifo", [path]))
            await make.WaitForExitAsync();
        _clock.Pass();
        var opening = Task.Run(() => RowSources.Open(path, new(), Tell, new(_clock, _stop.Token)));
        Assert.Equal($"{path}: nothing has arrived for a while; waiting for the header row.", await NoticeAsync());
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening);
        await using var writer = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);      // lets the thread go
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    private static string Rows(int count) => string.Concat(Enumerable.Range(0, count).Select(i => $"{i},{i % 2}\n"));

    private CsvReader Open(Stream stream, CsvOptions options) => new(
        new WaitingStream(() => stream, new(_clock, _stop.Token)), SourceId.Stream("standard"), options, Tell);

    private void Tell(string notice) => _notices.Writer.TryWrite(notice);

    private ValueTask<string> NoticeAsync() => _notices.Reader.ReadAsync();

    /// <summary>Gives pieces of text, a read each, and then either ends or is quiet until it is disposed of.</summary>
    private sealed class QuietStream(IReadOnlyList<string> pieces, bool ends) : MemoryStream
    {
        private readonly TaskCompletionSource _silence = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _over = new();
        private int _next;

        public QuietStream(string text)
            : this(text.Length == 0 ? [] : [text], ends: false)
        {
        }

        /// <summary>Done when all was given and more is asked for.</summary>
        public Task Silence => _silence.Task;

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (_next < pieces.Count)
                return System.Text.Encoding.UTF8.GetBytes(pieces[_next++], buffer.AsSpan(offset, count));
            _silence.TrySetResult();
            if (!ends)
                _over.Wait();
            return 0;
        }

        protected override void Dispose(bool disposing)
        {
            _over.Set();
            base.Dispose(disposing);
        }
    }

    private sealed class BrokenStream(string text) : MemoryStream(System.Text.Encoding.UTF8.GetBytes(text))
    {
        public override int Read(byte[] buffer, int offset, int count) =>
            base.Read(buffer, offset, count) is > 0 and var read ? read : throw new IOException("the other end is gone");
    }

    /// <summary>A clock on which any time has passed at once, from a moment on.</summary>
    private sealed class QuickClock : TimeProvider
    {
        private readonly List<Action> _timers = [];
        private readonly Lock _lock = new();
        private bool _quick;

        public void Pass()
        {
            List<Action> timers;
            lock (_lock)
            {
                _quick = true;
                timers = [.. _timers];
            }
            timers.ForEach(fire => fire());
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            lock (_lock)
                _timers.Add(() => callback(state));
            return System.CreateTimer(callback, state, _quick ? TimeSpan.Zero : Timeout.InfiniteTimeSpan, period);
        }
    }
}
