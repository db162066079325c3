using System.Globalization;

namespace MoE.Compute.Data.Csv;

/// <summary>Whether the next line is there.</summary>
internal enum LineState
{
    /// <summary>It is whole.</summary>
    Whole,

    /// <summary>More of the stream must come first.</summary>
    Awaited,

    /// <summary>There is none.</summary>
    Ended,
}

/// <summary>The lines of a stream, as bytes of a buffer that is filled over and over. LF or CRLF ends one.</summary>
/// <param name="stream">The stream; disposed together with this.</param>
/// <param name="name">What messages call it.</param>
/// <param name="maxLine">Bytes of the longest line.</param>
/// <param name="isAtHand">
/// Whether it is a file or in memory: to read that takes less than to wait for somebody else to do so.
/// </param>
internal sealed class LineBuffer(
    Stream stream, string name, int maxLine = LineBuffer.MaxLine, bool isAtHand = false) : IDisposable
{
    /// <summary>Bytes of the longest line that is read.</summary>
    public const int MaxLine = 1 << 24;

    private const int MiB = 1 << 20;

    private byte[] _bytes = new byte[1 << 17];
    private int _start;
    private int _end;
    private bool _ended;
    private bool _kept;
    private int _mark;
    private long _markedLine;
    private Exception? _broken;
    private bool _tooLong;
    private int _searched;

    /// <summary>Number of the line read last, from 1; 0 before the first.</summary>
    public long Line { get; private set; }

    /// <summary>Bytes read since <see cref="Mark"/>.</summary>
    public int SinceMark => _start - _mark;

    /// <summary>Why there was no next line although the stream was not over; null if it was.</summary>
    public SourceException? Failure =>
        _tooLong ? Error(
            $"line {Line + 1} is longer than {Size(maxLine)}; that is the longest line that is read. Is it a CSV file?")
        : _broken is InvalidDataException ? Error($"is corrupt or cut off after line {Line}; fetch or pack it again.")
        : _broken is not null ? Error($"cannot be read after line {Line}: {_broken.Message}")
        : null;

    /// <summary>
    /// Whether the stream was stopped before its end: part of a line by then is neither a line nor a failure.
    /// </summary>
    public bool IsStopped { get; private set; }

    /// <summary>Whether the next line is there already, so that nothing is waited for to read it.</summary>
    public bool HasLine => _ended || _bytes.AsSpan(_start, _end - _start).Contains((byte)'\n');

    /// <summary>
    /// The next line without its end, waited for; false at the end of the stream, or at a <see cref="Failure"/>.
    /// </summary>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        while (true)
        {
            var next = Next(out line);
            if (next != LineState.Awaited)
                return next == LineState.Whole;
            Fill();
        }
    }

    /// <summary>The next line without its end, if it has arrived in full.</summary>
    public LineState Next(out ReadOnlySpan<byte> line)
    {
        line = default;
        var found = _bytes.AsSpan(_start + _searched, _end - _start - _searched).IndexOf((byte)'\n');
        var length = found < 0 ? _end - _start : _searched + found;
        _tooLong = length > maxLine;
        var last = found < 0 && _ended;
        if (_tooLong || (last && (length == 0 || _broken is not null || IsStopped)))
            return LineState.Ended;
        _searched = 0;
        if (found < 0 && !last)
        {
            _searched = length;
            return LineState.Awaited;
        }
        line = _bytes.AsSpan(_start, length);
        _start += found < 0 ? length : length + 1;
        Line++;
        if (line is [.., (byte)'\r'])
            line = line[..^1];
        return LineState.Whole;
    }

    /// <summary>Reads more of the stream: at once if it is at hand, else as soon as it arrives.</summary>
    public ValueTask FillAsync(CancellationToken stop)
    {
        if (!isAtHand)
            return AwaitAsync(stop);
        Fill();
        return ValueTask.CompletedTask;
    }

    private async ValueTask AwaitAsync(CancellationToken stop)
    {
        MakeRoom();
        try
        {
            Note(await stream.ReadAsync(_bytes.AsMemory(_end), stop));
        }
        catch (Exception e) when (IsEnd(e))
        {
            NoteEnd(e);
        }
    }

    /// <summary>Keeps what is read from here on, for <see cref="Rewind"/>.</summary>
    public void Mark()
    {
        _kept = true;
        _mark = _start;
        _markedLine = Line;
    }

    /// <summary>Goes back to the mark and lifts it.</summary>
    public void Rewind()
    {
        _kept = false;
        (_start, _searched) = (_mark, 0);
        Line = _markedLine;
    }

    public void Dispose() => stream.Dispose();

    private SourceException Error(string problem) => new($"{name} {problem}", _broken);

    private static string Size(int bytes) => bytes % MiB == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / MiB} MiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes:N0} bytes");

    private void Fill()
    {
        MakeRoom();
        try
        {
            Note(stream.Read(_bytes.AsSpan(_end)));
        }
        catch (Exception e) when (IsEnd(e))
        {
            NoteEnd(e);
        }
    }

    private void MakeRoom()
    {
        var keep = _kept ? _mark : _start;
        if (keep > 0)
        {
            _bytes.AsSpan(keep, _end - keep).CopyTo(_bytes);
            _start -= keep;
            _end -= keep;
            _mark = 0;
        }
        if (_end == _bytes.Length)
            Array.Resize(ref _bytes, 2 * _bytes.Length);
    }

    private void Note(int read) => (_end, _ended) = (_end + read, read == 0);

    private static bool IsEnd(Exception e) => e is OperationCanceledException or InvalidDataException or IOException;

    private void NoteEnd(Exception e)
    {
        _ended = true;
        if (e is OperationCanceledException)
            IsStopped = true;
        else
            _broken = e;
    }
}
