using MoE.Compute.Batches;

namespace MoE.Actors.Gate;

/// <summary>The batches since the last complete checkpoint, in order, for experts that have to catch up.</summary>
internal sealed class KeptBatches
{
    private readonly List<RoutedBatch> _batches = [];

    /// <summary>Memory that the batches take.</summary>
    public long Bytes { get; private set; }

    public void Add(RoutedBatch batch)
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
    public IEnumerable<RoutedBatch> From(long number) => _batches.Skip(PlaceOf(number));

    // Batches are numbered without gaps.
    private int PlaceOf(long number) =>
        _batches.Count == 0 ? 0 : (int)Math.Clamp(number - _batches[0].Number, 0, _batches.Count);

    private static long Size(RoutedBatch batch)
    {
        var (features, labels) = (batch.Features, batch.Labels);
        long numbers = features.Z.Length + features.Rank.Length + features.Category.Length
            + features.GateFeatures.Length + labels.Targets.Length + labels.KnownClasses.Length
            + (2L * batch.Routing.Chosen.Length);
        return (numbers * sizeof(float)) + 512;
    }
}
