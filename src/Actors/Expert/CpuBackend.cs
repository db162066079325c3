using MoE.Compute.Experts;
using MoE.Compute.Rosters;
using static MoE.Actors.Expert.ExpertCommands;

namespace MoE.Actors.Expert;

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
