using MoE.Compute.Data;

namespace MoE.Actors.Streams;

/// <summary>
/// A source at its end: sent through a new model, so that the way of a row is compiled before the first comes.
/// </summary>
internal sealed class NoRows(Schema schema) : IRowSource
{
    public string Name => Id.Name;

    public SourceId Id { get; } = SourceId.Stream("no rows");

    public Schema Schema => schema;

    public ValueTask<RowBatch?> ReadAsync(int rows, CancellationToken cancel) => new((RowBatch?)null);

    public ValueTask SkipToAsync(long offset, CancellationToken cancel) => ValueTask.CompletedTask;

    public void Dispose()
    {
        // nothing is held
    }
}
