using MoE.Compute.Experts;
using MoE.Compute.Gpu;

namespace MoE.Actors.Tests.Devices;

/// <summary>A device that tells a test what it is asked, and does as the test wishes.</summary>
internal sealed class HookedPool(IDevicePool pool) : IDevicePool
{
    /// <summary>Called before an expert is added.</summary>
    public Action<ExpertSpec> OnAdd { get; init; } = _ => { };

    /// <summary>Called before an expert is copied.</summary>
    public Action OnClone { get; init; } = () => { };

    /// <summary>Called before a launch is begun.</summary>
    public Action OnBegin { get; init; } = () => { };

    /// <summary>Makes another launch of one that was begun.</summary>
    public Func<IDeviceLaunch, IDeviceLaunch> OnBegun { get; init; } = launch => launch;

    public int Kernels => pool.Kernels;

    public DeviceExpert Add(ExpertSpec spec, ulong seed, ReadOnlyMemory<byte> image)
    {
        OnAdd(spec);
        return pool.Add(spec, seed, image);
    }

    public DeviceExpert Clone(DeviceExpert parent, float noise, ulong seed)
    {
        OnClone();
        return pool.Clone(parent, noise, seed);
    }

    public void Remove(DeviceExpert expert) => pool.Remove(expert);

    public ReadOnlyMemory<byte> Read(DeviceExpert expert) => pool.Read(expert);

    public IDeviceLaunch Begin(IReadOnlyList<BatchJobs> batches)
    {
        OnBegin();
        return OnBegun(pool.Begin(batches));
    }

    public void Dispose() => pool.Dispose();
}
