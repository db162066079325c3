using MoE.Compute.Gpu;

namespace MoE.Actors.Tests.Devices;

/// <summary>A launch that is done when a test says so.</summary>
internal sealed class HeldLaunch(IDeviceLaunch launch) : IDeviceLaunch
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Batches => launch.Batches;

    public Task Done => _done.Task;

    /// <summary>Lets it be done.</summary>
    public void Release() => _done.SetResult();

    /// <summary>Has the device break while it is under way.</summary>
    public void Break(string reason) => _done.SetException(new InvalidOperationException(reason));

    public float[][][] Answers()
    {
        Done.GetAwaiter().GetResult();
        return launch.Answers();
    }
}
