using MoE.Compute.Bench;
using MoE.Compute.Experts;
using MoE.Compute.Gpu.Devices;

namespace MoE.Host.Measures;

/// <summary>The measurements of a device.</summary>
internal sealed class DeviceMeasures : IDisposable
{
    private const int Queued = 100;
    private static readonly int[] Sizes = [1 << 12, 1 << 16, 1 << 20, 1 << 24];

    private readonly ComputeDevice _device;
    private readonly DeviceProbe _probe;
    private readonly List<DevicePoolTrial> _trials = [];
    private readonly Timed _launch;
    private readonly Timed _queued;
    private readonly Timed _operations;
    private readonly Timed _copied;
    private readonly (int Bytes, Timed Up, Timed Down)[] _transfers;

    /// <summary>Opens a device and adds its measurements to the rounds.</summary>
    /// <exception cref="DeviceException">The driver refuses.</exception>
    public DeviceMeasures(Rounds rounds, FoundDevice found)
    {
        _device = ComputeDevice.Open(found);
        var probe = _probe = new DeviceProbe(_device);
        _launch = rounds.Add(() => Once(() => probe.Launch(1)));
        _queued = rounds.Add(() => Queued * Once(() => probe.Launch(Queued)));
        _operations = rounds.Add(probe.MultiplyAdds);
        _copied = rounds.Add(probe.Copy);
        _transfers = [.. Sizes.Where(bytes => bytes <= probe.MostBytes).Select(bytes => (bytes,
            rounds.Add(() => Once(() => probe.Upload(bytes))), rounds.Add(() => Once(() => probe.Download(bytes)))))];
    }

    /// <summary>The device.</summary>
    public FoundDevice Found => _device.Found;

    /// <summary>The maximum rates of the device.</summary>
    public RooflineCeilings Ceilings =>
        new(Found.Name, _operations.PerSecond, [(double.MaxValue, _copied.PerSecond)], Lines: [], Roots: 0, Steps: 0);

    /// <summary>Costs of launches and transfers.</summary>
    public DeviceSpeed Speed => new(Found.Name, Found.Description, _launch.Seconds(), _queued.Seconds(),
        [.. _transfers.Select(t => (t.Bytes, t.Up.Seconds(), t.Down.Seconds()))]);

    /// <summary>Whether it has a kernel for experts of this specification.</summary>
    public static bool Knows(string specification) =>
        DevicePool.Computes(new ExpertSpec(specification, ExpertRole.Shared, specification));

    /// <summary>
    /// Adds measurements of a pool on the device: with one launch for all experts, and with one launch per expert.
    /// </summary>
    public (Timed Grouped, Timed OneByOne) Add(Rounds rounds, PoolTrial pool)
    {
        var trial = new DevicePoolTrial(_device, pool);
        _trials.Add(trial);
        return (rounds.Add(() => pool.Rows * Once(trial.Run)), rounds.Add(() => pool.Rows * Once(trial.RunOneByOne)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var trial in _trials)
            trial.Dispose();
        _probe.Dispose();
        _device.Dispose();
    }

    private static double Once(Action run)
    {
        run();
        return 1;
    }
}

/// <summary>Costs of launches and transfers of a device.</summary>
/// <param name="Name">The device.</param>
/// <param name="Description">The name that its driver gives it.</param>
/// <param name="LaunchSeconds">Seconds from the launch of an empty kernel to its end.</param>
/// <param name="QueuedSeconds">The same per kernel, with many kernels in a queue.</param>
/// <param name="Transfers">Seconds to copy page-locked bytes to and from the device, including the wait.</param>
internal sealed record DeviceSpeed(
    string Name, string Description, double LaunchSeconds, double QueuedSeconds,
    IReadOnlyList<(int Bytes, double UploadSeconds, double DownloadSeconds)> Transfers);
