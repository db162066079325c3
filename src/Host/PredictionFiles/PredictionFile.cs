using System.Buffers;
using System.Text;
using MoE.Compute.Batches;
using MoE.Compute.Data;
using MoE.Compute.Files;

namespace MoE.Host.PredictionFiles;

/// <summary>Writes the prediction of each row of a run, made before the row was learned.</summary>
internal sealed class PredictionFile : IDisposable
{
    private readonly Stream _file;
    private readonly PredictionLines _lines;
    private readonly List<byte[]> _names;
    private readonly ArrayBufferWriter<byte> _buffer = new();

    /// <summary>Begins the file.</summary>
    /// <param name="output">Where to write to.</param>
    /// <param name="top">Classes per row.</param>
    /// <param name="terms">The names known to the model before the run.</param>
    /// <exception cref="OutputFileException">It cannot be written.</exception>
    public PredictionFile(OutputFile output, int top, IEnumerable<Term> terms)
    {
        _lines = new PredictionLines(PredictionFormats.OfPath(output.Path), top, hasActual: true);
        _names = [.. terms.Where(term => term.Column == Term.Class).Select(term => _lines.Encode(term.Text))];
        _file = output.Open();
        _file.Write(Encoding.UTF8.GetBytes(_lines.Header));
    }

    /// <summary>Writes a batch.</summary>
    /// <exception cref="OutputFileException">It cannot be written.</exception>
    public void Add(BatchOutcome batch)
    {
        if (batch is not { Rows: { } rows, Predictions: { } predictions })
            return;
        foreach (var term in rows.NewTerms)
            if (term.Column == Term.Class)
                _names.Add(_lines.Encode(term.Text));
        _lines.Write(rows, predictions, _names, _buffer);
        _file.Write(_buffer.WrittenSpan);
        _buffer.ResetWrittenCount();
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
