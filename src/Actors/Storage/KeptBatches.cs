using System.Collections;
using MoE.Compute.Encoding;

namespace MoE.Actors.Storage;

/// <summary>The batches since the last complete checkpoint, in order, for experts that have to catch up.</summary>
internal sealed class KeptBatches : IEnumerable<EncodedBatch>
{
    private readonly Queue<EncodedBatch> _batches = [];

    /// <summary>Memory that the batches take.</summary>
    public long Bytes { get; private set; }

    public void Add(EncodedBatch batch)
    {
        _batches.Enqueue(batch);
        Bytes += Size(batch);
    }

    /// <summary>Lets the batches up to <paramref name="number"/> go.</summary>
    public void DropThrough(long number)
    {
        while (_batches.TryPeek(out var oldest) && oldest.Number <= number)
            Bytes -= Size(_batches.Dequeue());
    }

    public Queue<EncodedBatch>.Enumerator GetEnumerator() => _batches.GetEnumerator();

    IEnumerator<EncodedBatch> IEnumerable<EncodedBatch>.GetEnumerator() => GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static long Size(EncodedBatch batch)
    {
        long numbers = batch.Z.Length + batch.Rank.Length + batch.Category.Length + batch.Phi.Length
            + batch.Targets.Length + batch.Known.Length + (2L * batch.Chosen.Length);
        return (numbers * sizeof(float)) + 512;
    }
}
