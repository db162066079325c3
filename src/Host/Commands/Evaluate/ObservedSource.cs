using System.Diagnostics;
using MoE.Compute.Data;

namespace MoE.Host.Commands.Evaluate;

/// <summary>Tells of every refused row, and remembers when the first row was asked for.</summary>
internal sealed class ObservedSource(IRowSource source, Action<Refusal> refused) : IRowSource
{
    private long _begin;

    public string Name => source.Name;

    public SourceId Id => source.Id;

    public Schema Schema => source.Schema;

    /// <summary>Time since the first row was asked for.</summary>
    public TimeSpan Elapsed => _begin == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(_begin);

    public ValueTask SkipToAsync(long offset, CancellationToken cancel) => source.SkipToAsync(offset, cancel);

    public async ValueTask<RowBatch?> ReadAsync(int rows, CancellationToken cancel)
    {
        if (_begin == 0)
            _begin = Stopwatch.GetTimestamp();
        var batch = await source.ReadAsync(rows, cancel);
        foreach (var refusal in batch?.Refusals ?? [])
            refused(refusal);
        return batch;
    }

    public void Dispose() => source.Dispose();
}
