using MoE.Compute.Batches;
using MoE.Compute.Data;
using MoE.Compute.Experts;
using MoE.Compute.Files;
using MoE.Compute.Gpu;
using MoE.Compute.Rosters;

namespace MoE.Compute;

/// <summary>An expert of a mixture in one thread: its numbers, here or on a device.</summary>
internal sealed class HostedExpert
{
    private IExpert? _here;
    private (IDevicePool Pool, DeviceExpert Expert)? _there;
    private float[]? _room;

    /// <summary>An expert that is computed here.</summary>
    public HostedExpert(IExpert expert) => _here = expert;

    private HostedExpert(IDevicePool pool, DeviceExpert expert) => _there = (pool, expert);

    /// <summary>The expert on the device; null for one that is computed here.</summary>
    public DeviceExpert? OnDevice => _there?.Expert;

    /// <summary>From when on it is out of the pool.</summary>
    public long DroppedFrom { get; set; } = long.MaxValue;

    /// <summary>
    /// The answers of one that is computed here to its rows of a batch, until the next batch; null for none.
    /// </summary>
    public float[]? Process(RoutedBatch batch, int place)
    {
        var answers = batch.Run(_here!, place, _room);
        _room = answers ?? _room;
        return answers;
    }

    /// <summary>The seat of a copy, in the same place as its parent.</summary>
    public HostedExpert Copy(Member copy) => _there is var (pool, parent)
        ? new(pool, pool.Clone(parent, copy.Noise, copy.NoiseSeed))
        : new(copy.Copy(_here!));

    /// <summary>What predicts by the expert's numbers as they are; on this processor, wherever they are.</summary>
    public IPredictor Snapshot(Member member, Schema schema, int classes)
    {
        if (_here is { } here)
            return here.Snapshot(classes);
        var copy = new HostedExpert(member.Create(schema));
        copy.Load(Image());
        return copy._here!.Snapshot(classes);
    }

    /// <summary>Takes over what an image holds, into an expert that is computed here.</summary>
    /// <exception cref="InvalidDataException">The image is damaged.</exception>
    public void Load(ReadOnlyMemory<byte> image)
    {
        var state = new StateReader(image);
        _here!.Load(state);
        state.End();
    }

    /// <summary>The expert's image.</summary>
    public ReadOnlyMemory<byte> Image()
    {
        if (_there is var (pool, expert))
            return pool.Read(expert);
        var image = new StateWriter();
        _here!.Save(image);
        return image.ToArray();
    }

    /// <summary>Has the expert computed on a device, or here if it is null; its numbers go by their image.</summary>
    public void MoveTo(IDevicePool? pool, Member member, Schema schema)
    {
        if (pool == _there?.Pool)
            return;
        var image = Image();
        Leave();
        _here = pool is null ? member.Create(schema) : null;
        _there = pool is null ? null : (pool, pool.Add(member.Spec, member.Seed, image));
        if (_here is not null)
            Load(image);
    }

    /// <summary>Lets the numbers go.</summary>
    public void Leave()
    {
        if (_there is var (pool, expert))
            pool.Remove(expert);
    }
}
