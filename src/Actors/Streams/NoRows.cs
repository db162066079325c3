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

    public RowBatch? Read(int rows) => null;

    public void SkipTo(long offset, IEnumerable<Term> terms)
    {
        // the end is everywhere
    }

    public void Dispose()
    {
        // nothing is held
    }
}
