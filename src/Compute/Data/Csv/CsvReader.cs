using System.Globalization;

namespace MoE.Compute.Data.Csv;

/// <summary>
/// Rows of a CSV text: UTF-8, header row first, commas between cells, double quotes after RFC 4180 but without line
/// breaks inside, LF or CRLF, gzipped or not. Blank lines are passed over. An empty cell or ? is a missing number, or
/// the empty name. Holds one piece of the text in memory, and allocates nothing per row but what it hands out.
/// </summary>
public sealed class CsvReader : IRowSource
{
    /// <summary>
    /// Refused rows after which a batch is handed out even if it is not full, so that a file of bad rows stops soon.
    /// </summary>
    public const int MaxRefusals = 4096;

    private const int RowsLookedAt = 1000;

    private readonly LineBuffer _lines;
    private readonly CsvCells _cells;
    private readonly CsvLimits _limits;
    private readonly Action<string>? _notice;
    private readonly CsvHeader _header;
    private readonly RowParser _parser;
    private readonly bool _isPrompt;
    private long _offset;
    private bool _started;
    private Awaited _awaited = Awaited.Header;
    private Awaited _told = Awaited.Nothing;
    private int _rowsLookedAt;
    private float[] _values = [];
    private int[] _targets = [];
    private List<Refusal>? _refusals;
    private int _filled;

    /// <summary>
    /// Reads the header and, unless every feature's kind is declared, looks at the first 1,000 rows (or first MiB) to
    /// find the kinds out; on a live stream that waits for so many rows.
    /// </summary>
    /// <param name="stream">The text, plain or gzipped; disposed together with this.</param>
    /// <param name="id">What tells it from others; messages call it by the name.</param>
    /// <param name="options">Which column is what.</param>
    /// <param name="notice">Told, in one line each, what is legal but worth knowing.</param>
    /// <exception cref="SourceException">The beginning is not what it should be.</exception>
    public CsvReader(Stream stream, SourceId id, CsvOptions options, Action<string>? notice = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(id);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxClasses, 1);
        Id = id;
        (_limits, _isPrompt) = (options.Limits, options.Model is not null);
        _cells = new CsvCells(_limits.Cells);
        _notice = notice is null ? null : text => notice($"{Name}: {text}");
        if (stream is WaitingStream waiting)
            waiting.Silent = TellSilence;
        _lines = Open(stream, Name, _limits.LineBytes);
        try
        {
            _header = CsvHeader.Read(_lines, _cells, Name, options);
            var kinds = Kinds();
            Schema = options.Model ?? new Schema(
                [.. _header.Names.Select((n, i) => new Column(n, kinds[i])).Where((_, i) => i != _header.Target)],
                _header.Names[_header.Target]);
            if (_header.Surplus.ToList() is { Count: > 0 } surplus)
                _notice?.Invoke($"ignored, because the model does not read them: columns {string.Join(", ", surplus)}");
            _parser = new RowParser(_header, kinds, options, _cells, _notice);
            _awaited = Awaited.Rows;
        }
        catch
        {
            _lines.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Name => Id.Name;

    /// <inheritdoc/>
    public SourceId Id { get; }

    /// <inheritdoc/>
    public Schema Schema { get; }

    /// <inheritdoc/>
    /// <exception cref="SourceException">The source ends or breaks before the offset.</exception>
    public async ValueTask SkipToAsync(long offset, CancellationToken cancel)
    {
        if (_started)
            throw new InvalidOperationException(
                $"{Name} has already been read; rows can be skipped only before the first read.");
        _started = true;
        while (!Skip(offset))
            await _lines.FillAsync(cancel);
        if (_offset < offset)
            throw _lines.Failure ?? new SourceException(
                $"{Name} has only {_offset} rows, but {offset} were read before; give the same source again.");
    }

    /// <summary>
    /// Has the names numbered as the model numbers them, before the first row is read. So a row of one class too many
    /// is refused here, with its line.
    /// </summary>
    /// <param name="terms">The names that the model knows.</param>
    /// <exception cref="SourceException">The source has no column for a name.</exception>
    public void Know(IEnumerable<Term> terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        foreach (var term in terms)
            if (!_parser.Learn(term) && !(term.Column == Term.Class && _header.Target < 0))
                throw new SourceException($"{Name} has no column for the name '{term.Text}' that the model knows; "
                    + "give a source with the model's columns.");
    }

    /// <inheritdoc/>
    /// <remarks>
    /// A batch may also be shorter after <see cref="MaxRefusals"/> refused rows; and if rows are read to be
    /// predicted, it ends before a row that would have to be waited for.
    /// </remarks>
    /// <exception cref="SourceException">The source breaks here; everything before was delivered.</exception>
    public async ValueTask<RowBatch?> ReadAsync(int rows, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        _started = true;
        (_values, _targets, _refusals, _filled) = (new float[rows * Schema.Features.Count], new int[rows], null, 0);
        while (!Fill())
            await _lines.FillAsync(cancel);
        return Take();
    }

    /// <summary>Parses what has arrived into the batch; false if more must arrive first.</summary>
    private bool Fill()
    {
        var stride = Schema.Features.Count;
        while (_filled < _targets.Length && !(_refusals?.Count >= MaxRefusals)
            && !(_isPrompt && _filled > 0 && !_lines.HasLine))
        {
            var next = _lines.Next(out var line);
            if (next != LineState.Whole)
                return next == LineState.Ended;
            if (IsBlank(line))
                continue;
            _offset++;
            if (_parser.TryParse(line, _values.AsSpan(_filled * stride, stride), out _targets[_filled]))
                _filled++;
            else
                (_refusals ??= []).Add(new(_offset, _lines.Line, $"{Name} line {_lines.Line}{_parser.Reason}"));
        }
        return true;
    }

    private RowBatch? Take()
    {
        if (_filled == 0 && _refusals is null)
            return _lines.Failure is { } failure ? throw failure : null;
        if (_filled < _targets.Length)
        {
            Array.Resize(ref _values, _filled * Schema.Features.Count);
            Array.Resize(ref _targets, _filled);
        }
        return new RowBatch
        {
            Values = _values,
            Targets = _targets,
            Names = _parser.Names,
            NewTerms = _parser.TakeTerms(),
            NextOffset = _offset,
            Refusals = _refusals ?? (IReadOnlyList<Refusal>)[],
        };
    }

    private bool Skip(long offset)
    {
        while (_offset < offset)
        {
            var next = _lines.Next(out var line);
            if (next != LineState.Whole)
                return next == LineState.Ended;
            if (!IsBlank(line))
                _offset++;
        }
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _lines.Dispose();

    internal static bool IsBlank(ReadOnlySpan<byte> line) => !line.ContainsAnyExcept(" \t"u8);

    private static LineBuffer Open(Stream stream, string name, int maxLine)
    {
        try
        {
            return new LineBuffer(
                CheckedGzip.OpenByContent(stream), name, maxLine, isAtHand: stream is FileStream or MemoryStream);
        }
        catch (OperationCanceledException)
        {
            stream.Dispose();
            throw;
        }
        catch (IOException e)
        {
            stream.Dispose();
            throw new SourceException($"{name} cannot be read: {e.Message}", e);
        }
    }

    private ColumnKind[] Kinds()
    {
        var found = _header.IsOpen ? LookAhead() : [.. _header.Names.Select(_ => new KindInference())];
        for (var column = 0; column < found.Length; column++)
        {
            var isOpen = column != _header.Target && _header.Declared(column) is null;
            if (isOpen && found[column].Doubt(_header.Names[column]) is { } doubt)
                _notice?.Invoke(doubt);
        }
        return [.. found.Select((inference, column) => _header.Declared(column) ?? inference.Kind)];
    }

    private KindInference[] LookAhead()
    {
        KindInference[] found = [.. _header.Names.Select(_ => new KindInference())];
        _lines.Mark();
        _awaited = Awaited.Kinds;
        while (_rowsLookedAt < RowsLookedAt && _lines.SinceMark < _limits.LookAheadBytes)
        {
            if (!_lines.TryRead(out var line))
                break;
            if (IsBlank(line))
                continue;
            _rowsLookedAt++;
            var split = _cells.Split(line);
            if (_cells.Problem is not null || _cells.Count != found.Length)
                continue;
            for (var column = 0; column < found.Length; column++)
                found[column].Add(_cells.Cell(split, column), _lines.Line);
        }
        if (_rowsLookedAt == 0)
            RefuseBlankness();
        _lines.Rewind();
        return found;
    }

    // What the columns hold is part of a model for good: not to be guessed from nothing.
    private void RefuseBlankness()
    {
        if (_lines.IsStopped)
            throw new OperationCanceledException($"{Name} was stopped before its first row.");
        if (_lines.SinceMark >= _limits.LookAheadBytes)
            throw new SourceException(string.Create(CultureInfo.InvariantCulture,
                $"{Name} has only blank lines from its header to line {_lines.Line}, {_lines.SinceMark:N0} bytes; ")
                + "remove them, or declare the columns in a schema file.");
    }

    // Once for each thing that is waited for: a slow source is not to fill the screen.
    private void TellSilence()
    {
        if (_told == _awaited)
            return;
        _told = _awaited;
        _notice?.Invoke("nothing has arrived for a while; waiting for " + _awaited switch
        {
            Awaited.Header => "the header row.",
            Awaited.Kinds => string.Create(CultureInfo.InvariantCulture,
                $"{RowsLookedAt:N0} rows, or the end, to see what the columns hold; {_rowsLookedAt:N0} have arrived. ")
                + "If a schema file declares the columns, rows are learned as they arrive.",
            _ => "more rows.",
        });
    }

    private enum Awaited
    {
        Nothing,
        Header,
        Kinds,
        Rows,
    }
}
