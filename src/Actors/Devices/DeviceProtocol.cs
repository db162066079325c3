using MoE.Actors.Devices.Trials;
using MoE.Compute.Experts;
using MoE.Compute.Gating.Routing.Banks;
using static MoE.Actors.Expert.ExpertCommands;

namespace MoE.Actors.Devices;

/// <summary>
/// What experts tell the device that computes for them, beside ProcessRows. A stay goes by the epoch in which it
/// began; what it says is done in the order in which it was said.
/// </summary>
internal static class DeviceCommands
{
    /// <summary>
    /// Begins, to compute what is given, or what turns out to be faster here. Answered by TakenUp, or DeviceLost.
    /// </summary>
    public sealed record TakeUp(Placement? Placement, DeviceTrial Trial);

    /// <summary>Takes an expert in.</summary>
    public sealed record MoveIn(long Epoch, ExpertSpec Spec, ulong Seed, ReadOnlyMemory<byte> Image);

    /// <summary>
    /// Takes an expert in as the copy that is kept for it, with noise. Answered by CopyGone where none is.
    /// </summary>
    public sealed record BeginCopy(long Epoch, ExpertSpec Spec, long Newcomer, float Noise, ulong NoiseSeed);

    /// <summary>
    /// Keeps a copy of an expert as it is after everything said before, until DropCopy. Answered by CopyKept; by
    /// ImageRead where there is no room for a copy.
    /// </summary>
    public sealed record KeepCopy(long Epoch, CloneState Purpose);

    /// <summary>Lets go the copy that is kept for a newcomer, where one is.</summary>
    public sealed record DropCopy(long Newcomer);

    /// <summary>Gives the image after everything said before. Answered by ImageRead.</summary>
    public sealed record ReadImage(long Epoch, object Purpose);

    /// <summary>Lets an expert go.</summary>
    public sealed record MoveOut(long Epoch);
}

/// <summary>What a device answers.</summary>
internal static class DeviceReplies
{
    /// <summary>The device is ready for what it is to compute, which may be nothing.</summary>
    public sealed record TakenUp(Placement Placement, DeviceStatus Status)
    {
        /// <summary>Who chooses routed experts where there are so many or more; null for the CPU.</summary>
        public (IBankScorer Scorer, int FewestExperts)? Banks { get; init; }
    }

    /// <summary>Log-probabilities (rows, heads, ClassStride) of the rows of a step, which are learned.</summary>
    public sealed record RowsProcessed(ProcessRows Job, float[] Answers);

    /// <summary>An expert's numbers, for what they were asked for.</summary>
    public sealed record ImageRead(long Epoch, object Purpose, ReadOnlyMemory<byte> Image);

    /// <summary>The copy for a newcomer is on the device.</summary>
    public sealed record CopyKept(long Epoch, long Newcomer);

    /// <summary>What the expert was to begin as was let go, for a checkpoint holds the expert by now.</summary>
    public sealed record CopyGone(long Epoch);

    /// <summary>
    /// There is no room for a specification, and what its experts learned since the last checkpoint is gone: to the
    /// gate, then to these experts.
    /// </summary>
    public sealed record NoRoom(string Specification, string Reason);

    /// <summary>
    /// The device is lost, and with it what was learned since the last checkpoint: to the gate, then to every expert
    /// that it has or hears of.
    /// </summary>
    public sealed record DeviceLost(string Reason);
}
