using MoE.Compute.Experts;
using MoE.Compute.Kernels;

namespace MoE.Actors.Tests.Devices;

/// <summary>A device that breaks after a number of launches.</summary>
internal sealed class BreakingPool(IDevicePool pool, int walks) : IDevicePool
{
    public const string Reason = "broken by the test";

    private int _left = walks;

    public DeviceExpert Add(ExpertSpec spec, ulong seed, ReadOnlyMemory<byte> image) => pool.Add(spec, seed, image);

    public void Remove(DeviceExpert expert) => pool.Remove(expert);

    public ReadOnlyMemory<byte> Read(DeviceExpert expert) => pool.Read(expert);

    public float[][][] Walk(IReadOnlyList<BatchWalk> batches) =>
        _left-- > 0 ? pool.Walk(batches) : throw new InvalidOperationException(Reason);

    public void Dispose() => pool.Dispose();
}
