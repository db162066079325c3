using MoE.Actors.Devices.Trials;
using MoE.Compute.Experts;
using MoE.Compute.Gating.Routing.Banks;

namespace MoE.Actors.Devices;

/// <summary>
/// What experts tell the device that computes for them, beside WalkRows. An expert's stay goes by the epoch in which it
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
    public sealed record Walked(Expert.ExpertCommands.WalkRows Walk, float[] Answers);

    /// <summary>An expert's numbers, for what they were asked for.</summary>
    public sealed record ImageRead(long Epoch, object Purpose, ReadOnlyMemory<byte> Image);

    /// <summary>
    /// The device is lost, and with it what was learned since the last checkpoint: to the gate, then to every expert
    /// that it has or hears of.
    /// </summary>
    public sealed record DeviceLost(string Reason);
}
