using MoE.Compute.Encoding;

namespace MoE.Actors.Storage;

/// <summary>The batches since the last complete checkpoint, in order, for experts that have to catch up.</summary>
internal sealed class KeptBatches
{
    private readonly List<EncodedBatch> _batches = [];

    /// <summary>Memory that the batches take.</summary>
    public long Bytes { get; private set; }

    public void Add(EncodedBatch batch)
    {
        _batches.Add(batch);
        Bytes += Size(batch);
    }

    /// <summary>Lets the batches up to <paramref name="number"/> go.</summary>
    public void DropThrough(long number)
    {
        var gone = PlaceOf(number + 1);
        for (var i = 0; i < gone; i++)
            Bytes -= Size(_batches[i]);
        _batches.RemoveRange(0, gone);
    }

    /// <summary>The batches from <paramref name="number"/> on.</summary>
    public IEnumerable<EncodedBatch> From(long number) => _batches.Skip(PlaceOf(number));

    // Batches are numbered without gaps.
    private int PlaceOf(long number) =>
        _batches.Count == 0 ? 0 : (int)Math.Clamp(number - _batches[0].Number, 0, _batches.Count);

    private static long Size(EncodedBatch batch)
    {
        long numbers = batch.Z.Length + batch.Rank.Length + batch.Category.Length + batch.Phi.Length
            + batch.Targets.Length + batch.Known.Length + (2L * batch.Chosen.Length);
        return (numbers * sizeof(float)) + 512;
    }
}
