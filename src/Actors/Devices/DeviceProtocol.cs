using Akka.Actor;
using MoE.Actors.Devices.Trials;
using MoE.Compute.Data;
using MoE.Compute.Encoding;
using MoE.Compute.Experts;
using MoE.Compute.Gating.Routing.Banks;

namespace MoE.Actors.Devices;

/// <summary>
/// What a model's gate and experts tell a device of their node. It keeps the experts of each model apart. A residence
/// goes by the epoch in which it began; what is said of it is done in the order in which it was said. Never leaves the
/// process: experts talk to devices of their own node.
/// </summary>
/// <param name="Model">The model's name.</param>
internal abstract record DeviceCommand(string Model) : INoSerializationVerificationNeeded;

/// <summary>What a resident expert does with a batch.</summary>
/// <param name="Epoch">The epoch in which its residence began.</param>
/// <param name="Batch">The batch.</param>
/// <param name="Rows">The rows that it sees, ascending; null for all.</param>
/// <param name="Learns">Whether it learns them; predicts only if not.</param>
internal sealed record ResidentJob(long Epoch, TrainingBatch Batch, int[]? Rows, bool Learns);

/// <summary>The commands.</summary>
internal static class DeviceCommands
{
    /// <summary>
    /// Begins to serve the model of the gate that sends it: computes what is given, or what turns out to be faster
    /// here. Answered by Initialized, or DeviceLost. Ends when that gate does.
    /// </summary>
    public sealed record Initialize(string Model, Schema Schema, Placement? Placement, DeviceTrial Trial)
        : DeviceCommand(Model);

    /// <summary>Takes an expert in.</summary>
    public sealed record Load(
        string Model, long Epoch, ExpertSpec Spec, ulong Seed, ReadOnlyMemory<byte> Image) : DeviceCommand(Model);

    /// <summary>
    /// Takes an expert in as the copy that is kept for it, with noise. Answered by CopyGone if none is.
    /// </summary>
    public sealed record LoadCopy(
        string Model, long Epoch, ExpertSpec Spec, long Newcomer, float Noise, ulong NoiseSeed) : DeviceCommand(Model);

    /// <summary>Takes a resident expert through rows. Answered by RowsProcessed.</summary>
    public sealed record RunJob(string Model, ResidentJob Job) : DeviceCommand(Model);

    /// <summary>
    /// Keeps a copy of an expert as it is after everything said before, until DropCopy. Answered by CopyKept, or by
    /// ImageRead if there is no room for a copy.
    /// </summary>
    public sealed record KeepCopy(string Model, long Epoch, long Newcomer, object Purpose) : DeviceCommand(Model);

    /// <summary>Removes the copy that is kept for a newcomer, if one is.</summary>
    public sealed record DropCopy(string Model, long Newcomer) : DeviceCommand(Model);

    /// <summary>Gives the image after everything said before. Answered by ImageRead.</summary>
    public sealed record ReadImage(string Model, long Epoch, object Purpose) : DeviceCommand(Model);

    /// <summary>Removes everything of the model.</summary>
    public sealed record Release(string Model) : DeviceCommand(Model);

    /// <summary>Removes an expert.</summary>
    public sealed record Unload(string Model, long Epoch) : DeviceCommand(Model);
}

/// <summary>What a device answers, to a gate or an expert of its node.</summary>
internal abstract record DeviceReply : INoSerializationVerificationNeeded;

/// <summary>The replies.</summary>
internal static class DeviceReplies
{
    /// <summary>The device is ready for what it is to compute, which may be nothing.</summary>
    public sealed record Initialized(Placement Placement, DeviceStatus Status) : DeviceReply
    {
        /// <summary>What chooses routed experts from this number of them on; null for the CPU.</summary>
        public (IBankScorer Scorer, int FewestExperts)? Banks { get; init; }
    }

    /// <summary>Log-probabilities (rows, heads, ClassStride) of the rows of a job, which are learned.</summary>
    public sealed record RowsProcessed(ResidentJob Job, float[] Answers) : DeviceReply;

    /// <summary>An expert's numbers, for what they were asked for.</summary>
    public sealed record ImageRead(long Epoch, object Purpose, ReadOnlyMemory<byte> Image) : DeviceReply;

    /// <summary>The copy for a newcomer is on the device.</summary>
    public sealed record CopyKept(long Epoch, long Newcomer) : DeviceReply;

    /// <summary>What the expert was to begin as was removed: a checkpoint holds the expert by now.</summary>
    public sealed record CopyGone(long Epoch) : DeviceReply;

    /// <summary>
    /// There is no room for a specification, and what its experts learned since the last checkpoint is gone: to the
    /// gate, then to these experts.
    /// </summary>
    public sealed record NoRoom(string Specification, string Reason) : DeviceReply;

    /// <summary>
    /// The device is lost, and with it what was learned since the last checkpoint: to each gate, then to every expert
    /// that it has or hears of.
    /// </summary>
    public sealed record DeviceLost(string Reason) : DeviceReply;
}
