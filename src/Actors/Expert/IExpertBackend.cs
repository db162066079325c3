using Akka.Actor;
using MoE.Actors.Devices;
using MoE.Compute.Experts;
using MoE.Compute.Rosters;
using static MoE.Actors.Devices.DeviceCommands;
using static MoE.Actors.Expert.ExpertCommands;

namespace MoE.Actors.Expert;

/// <summary>
/// Where an expert's numbers are and are computed with. What is asked is done in the order in which it was asked, at
/// once or later: then the answer comes to the expert as a message.
/// </summary>
internal interface IExpertBackend
{
    /// <summary>Takes the expert through rows; null where the answers come later, in RowsProcessed.</summary>
    /// <param name="job">The rows.</param>
    /// <param name="used">An array that nobody reads any more.</param>
    float[]? Process(ProcessRows job, float[]? used);

    /// <summary>The numbers after everything asked before; null where they come later, in ImageRead.</summary>
    /// <param name="purpose">What they are asked for.</param>
    ReadOnlyMemory<byte>? Read(object purpose);

    /// <summary>
    /// What a newcomer is to begin as after everything asked before; null where the answer comes later, in CopyKept or
    /// ImageRead.
    /// </summary>
    /// <param name="purpose">What it is asked for.</param>
    InitialState? Clone(CloneState purpose);

    /// <summary>
    /// What predicts by the numbers after everything asked before; null where they come later, in ImageRead.
    /// </summary>
    /// <param name="purpose">What it is asked for.</param>
    IPredictor? Snapshot(TakeSnapshot purpose);

    /// <summary>Lets the numbers go.</summary>
    void Leave();
}

/// <summary>Numbers in this process, computed with by whoever asks.</summary>
/// <param name="expert">The numbers.</param>
/// <param name="member">Whose they are.</param>
internal sealed class CpuBackend(IExpert expert, Member member) : IExpertBackend
{
    private int _length = 1 << 16;

    /// <inheritdoc/>
    public float[] Process(ProcessRows job, float[]? used) =>
        ExpertRunner.Run(expert, job.Batch, job.Rows, job.Learns, used);

    /// <inheritdoc/>
    public ReadOnlyMemory<byte>? Read(object purpose)
    {
        var image = ExpertImages.Of(expert, _length + (_length / 8));    // it may have grown a little since
        _length = image.Length;
        return image;
    }

    /// <inheritdoc/>
    public InitialState Clone(CloneState purpose) => new(member, expert.Clone());

    /// <inheritdoc/>
    public IPredictor Snapshot(TakeSnapshot purpose) => expert.Snapshot(purpose.Classes);

    /// <inheritdoc/>
    public void Leave()
    {
        // the garbage collector takes it
    }
}

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
