using System.Globalization;

namespace MoE.Compute.Data.Csv;

/// <summary>The lines of a stream, as bytes of a buffer that is filled over and over. LF or CRLF ends one.</summary>
internal sealed class LineBuffer(Stream stream, string name, int maxLine = LineBuffer.MaxLine) : IDisposable
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

    /// <summary>Number of the line read last, from 1; 0 before the first.</summary>
    public long Line { get; private set; }

    /// <summary>Bytes read since <see cref="Mark"/>.</summary>
    public int SinceMark => _start - _mark;

    /// <summary>Why there was no next line although the stream was not over; null where it was.</summary>
    public SourceException? Failure =>
        _tooLong ? Error(
            $"line {Line + 1} is longer than {Size(maxLine)}; lines of at most that are read. Is it a CSV file?")
        : _broken is InvalidDataException ? Error($"is corrupt or cut off after line {Line}; fetch or pack it again.")
        : _broken is not null ? Error($"cannot be read after line {Line}: {_broken.Message}")
        : null;

    /// <summary>
    /// Whether the stream was stopped before its end: what came of a line by then is no line, and no failure either.
    /// </summary>
    public bool IsStopped { get; private set; }

    /// <summary>Whether the next line is there already, so that nothing is waited for to read it.</summary>
    public bool HasLine => _ended || _bytes.AsSpan(_start, _end - _start).Contains((byte)'\n');

    /// <summary>The next line without its end; false at the end of the stream, or at a <see cref="Failure"/>.</summary>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        var searched = 0;
        while (true)
        {
            var found = _bytes.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            var length = found < 0 ? _end - _start : searched + found;
            _tooLong = length > maxLine;
            var last = found < 0 && _ended;
            if (_tooLong || (last && (length == 0 || _broken is not null || IsStopped)))
            {
                line = default;
                return false;
            }
            if (found >= 0 || last)
            {
                line = _bytes.AsSpan(_start, length);
                _start += found < 0 ? length : length + 1;
                Line++;
                if (line is [.., (byte)'\r'])
                    line = line[..^1];
                return true;
            }
            searched = length;
            Fill();
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
        _start = _mark;
        Line = _markedLine;
    }

    public void Dispose() => stream.Dispose();

    private SourceException Error(string problem) => new($"{name} {problem}", _broken);

    private static string Size(int bytes) => bytes % MiB == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / MiB} MiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes:N0} bytes");

    private void Fill()
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
        try
        {
            var read = stream.Read(_bytes.AsSpan(_end));
            _end += read;
            _ended = read == 0;
        }
        catch (OperationCanceledException)
        {
            IsStopped = _ended = true;
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            _broken = e;
            _ended = true;
        }
    }
}
