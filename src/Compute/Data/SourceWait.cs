namespace MoE.Compute.Data;

/// <summary>How long a source that may be silent, such as a pipe, is waited for.</summary>
/// <param name="Clock">What time passes by.</param>
/// <param name="Stop">
/// Ends the source instead of waiting for it: whole rows that came before are given, nothing more is read.
/// </param>
public sealed record SourceWait(TimeProvider Clock, CancellationToken Stop)
{
    /// <summary>Silence after which the notice says what is waited for.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Waits for ever.</summary>
    public static SourceWait ForEver { get; } = new(TimeProvider.System, CancellationToken.None);
}

/// <summary>Sources for callers that have a thread to wait on.</summary>
public static class WaitingForRows
{
    /// <summary>As <see cref="IRowSource.ReadAsync"/>; the thread waits.</summary>
    public static RowBatch? Read(this IRowSource source, int rows)
    {
        ArgumentNullException.ThrowIfNull(source);
        var read = source.ReadAsync(rows);
        return read.IsCompletedSuccessfully ? read.Result : read.AsTask().GetAwaiter().GetResult();
    }

    /// <summary>As <see cref="IRowSource.SkipToAsync"/>; the thread waits.</summary>
    public static void SkipTo(this IRowSource source, long offset)
    {
        ArgumentNullException.ThrowIfNull(source);
        source.SkipToAsync(offset).AsTask().GetAwaiter().GetResult();
    }
}

/// <summary>
/// Reads a pipe, a terminal or a device on a thread of its own, so that a wait for it ends on a stop. The
/// system's own reads are ended by nothing but bytes.
/// </summary>
/// <param name="open">Opens the stream; may wait, as for the writer of a pipe.</param>
/// <param name="wait">When to stop, and when to tell of silence.</param>
internal sealed class WaitingStream(Func<Stream> open, SourceWait wait) : ForwardStream
{
    private readonly byte[] _bytes = new byte[1 << 16];
    private readonly SemaphoreSlim _wanted = new(0);
    private Thread? _reader;
    private TaskCompletionSource<int>? _read;
    private ReadOnlyMemory<byte> _given;
    private volatile bool _disposed;

    /// <summary>Called on the waiting thread when nothing has come for as long as patience goes.</summary>
    public Action? Silent { get; set; }

    /// <exception cref="OperationCanceledException">It was to stop, and nothing more had come.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (_given.IsEmpty && !buffer.IsEmpty)
            WaitAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();
        return Give(buffer);
    }

    /// <exception cref="OperationCanceledException">It was to stop, and nothing more had come.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_given.IsEmpty && !buffer.IsEmpty)
            await WaitAsync(cancellationToken);
        return Give(buffer.Span);
    }

    private int Give(Span<byte> buffer)
    {
        var count = Math.Min(_given.Length, buffer.Length);
        _given.Span[..count].CopyTo(buffer);
        _given = _given[count..];
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        _disposed = true;
        if (disposing)
            _wanted.Release();                               // the thread closes what it has opened
        base.Dispose(disposing);
    }

    // A read that is given up continues: the next one gets its result.
    private async ValueTask WaitAsync(CancellationToken stop)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(wait.Stop, stop);
        if (_read is null)
        {
            either.Token.ThrowIfCancellationRequested();
            _read = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
            _reader ??= Start();
            _wanted.Release();
        }
        var read = _read.Task;
        if (!await HasComeInTimeAsync(read, either.Token))
        {
            Silent?.Invoke();
            await read.WaitAsync(either.Token);
        }
        _read = null;
        _given = _bytes.AsMemory(0, await read);
    }

    private async ValueTask<bool> HasComeInTimeAsync(Task<int> read, CancellationToken stop)
    {
        try
        {
            await read.WaitAsync(wait.Patience, wait.Clock, stop);
            return true;
        }
        catch (TimeoutException) when (!read.IsFaulted)
        {
            return false;
        }
    }

    private Thread Start()
    {
        var thread = new Thread(ReadOn) { IsBackground = true, Name = "source" };
        thread.Start();
        return thread;
    }

    private void ReadOn()
    {
        Stream? stream = null;
        try
        {
            for (_wanted.Wait(); !_disposed; _wanted.Wait())
                stream = ReadOnce(stream);
        }
        finally
        {
            stream?.Dispose();
        }
    }

    private Stream? ReadOnce(Stream? stream)
    {
        var read = _read!;
        try
        {
            stream ??= open();
            read.SetResult(stream.Read(_bytes, 0, _bytes.Length));
        }
        catch (Exception e)                                  // whatever it is, it is the waiting one's to see
        {
            read.SetException(e);
        }
        return stream;
    }
}
