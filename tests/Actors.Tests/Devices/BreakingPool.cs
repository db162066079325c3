using MoE.Compute.Experts;
using MoE.Compute.Gpu;

namespace MoE.Actors.Tests.Devices;

/// <summary>A device that breaks after a number of batches, or has no memory after a number of experts.</summary>
internal sealed class BreakingPool(IDevicePool pool, int batches = int.MaxValue, int adds = int.MaxValue) : IDevicePool
{
    public const string Reason = "broken by the test";
    public const string NoMemory = "out of memory by the test";

    private int _left = batches;

    public int Kernels => pool.Kernels;

    public DeviceExpert Add(ExpertSpec spec, ulong seed, ReadOnlyMemory<byte> image) =>
        adds-- > 0 ? pool.Add(spec, seed, image) : throw new InsufficientMemoryException(NoMemory);

    public void Remove(DeviceExpert expert) => pool.Remove(expert);

    public ReadOnlyMemory<byte> Read(DeviceExpert expert) => pool.Read(expert);

    public DeviceExpert Clone(DeviceExpert parent, float noise, ulong seed) =>
        adds-- > 0 ? pool.Clone(parent, noise, seed) : throw new InsufficientMemoryException(NoMemory);

    // how many batches go into one launch is a matter of time, and no measure for a test
    public IDeviceLaunch Begin(IReadOnlyList<BatchJobs> waiting) =>
        (_left -= waiting.Count) >= 0 ? pool.Begin(waiting) : throw new InvalidOperationException(Reason);

    public void Dispose() => pool.Dispose();
}
