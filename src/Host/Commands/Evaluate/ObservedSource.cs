using System.Diagnostics;
using MoE.Compute.Data;

namespace MoE.Host.Commands.Evaluate;

/// <summary>
/// Tells of every refused row, and remembers when the first row was asked for and how far reading came.
/// </summary>
internal sealed class ObservedSource(IRowSource source, Action<string> refused) : IRowSource
{
    private long _begin;

    public string Name => source.Name;

    public Schema Schema => source.Schema;

    /// <summary>Rows read so far, the refused among them.</summary>
    public long Offset { get; private set; }

    /// <summary>Time since the first row was asked for.</summary>
    public TimeSpan Elapsed => _begin == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(_begin);

    public void SkipTo(long offset, IEnumerable<Term> terms)
    {
        source.SkipTo(offset, terms);
        Offset = offset;
    }

    public RowBatch? Read(int rows)
    {
        if (_begin == 0)
            _begin = Stopwatch.GetTimestamp();
        var batch = source.Read(rows);
        if (batch is null)
            return null;
        Offset = batch.NextOffset;
        foreach (var refusal in batch.Refusals)
            refused(refusal.Reason);
        return batch;
    }

    public void Dispose() => source.Dispose();
}
