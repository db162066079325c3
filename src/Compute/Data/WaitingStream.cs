using MoE.Compute.Data.Gzip;

namespace MoE.Compute.Data;

/// <summary>
/// Reads a pipe, a terminal or a device on a thread of its own, so that whoever waits for it hears of a stop. The
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
            Wait();
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

    private void Wait()
    {
        if (_read is null)
        {
            wait.Stop.ThrowIfCancellationRequested();
            _read = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
            _reader ??= Start();
            _wanted.Release();
        }
        var read = _read.Task;
        if (!HasComeInTime(read))
        {
            Silent?.Invoke();
            read.WaitAsync(wait.Stop).GetAwaiter().GetResult();
        }
        _read = null;
        _given = _bytes.AsMemory(0, read.GetAwaiter().GetResult());
    }

    private bool HasComeInTime(Task<int> read)
    {
        try
        {
            read.WaitAsync(wait.Patience, wait.Clock, wait.Stop).GetAwaiter().GetResult();
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
