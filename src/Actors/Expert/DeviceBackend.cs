using Akka.Actor;
using MoE.Actors.Devices;
using MoE.Compute.Experts;
using static MoE.Actors.Devices.DeviceCommands;
using static MoE.Actors.Expert.ExpertCommands;

namespace MoE.Actors.Expert;

/// <summary>Numbers on a device, which computes for many experts at once.</summary>
/// <param name="device">The device's actor.</param>
/// <param name="model">The model's name.</param>
/// <param name="epoch">The epoch in which the residence began.</param>
/// <param name="self">The expert, which the answers go to.</param>
internal sealed class DeviceBackend(IActorRef device, string model, long epoch, IActorRef self) : IExpertBackend
{
    /// <inheritdoc/>
    public float[]? Process(ProcessRows job, float[]? used)
    {
        device.Tell(new RunJob(model, new ResidentJob(job.Epoch, job.Batch, job.Rows, job.Learns)), self);
        return null;
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte>? Read(object purpose)
    {
        device.Tell(new ReadImage(model, epoch, purpose), self);
        return null;
    }

    /// <inheritdoc/>
    public InitialState? Clone(CloneState purpose)
    {
        device.Tell(new KeepCopy(model, epoch, purpose.Newcomer, purpose), self);
        return null;
    }

    /// <inheritdoc/>
    public IPredictor? Snapshot(TakeSnapshot purpose)
    {
        Read(purpose);
        return null;
    }

    /// <inheritdoc/>
    public void Leave() => device.Tell(new Unload(model, epoch), self);
}
