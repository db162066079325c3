using MoE.Compute.Experts;
using MoE.Compute.Files;
using static MoE.Actors.Expert.ExpertCommands;

namespace MoE.Actors.Expert;

/// <summary>Numbers in this process, computed with by whoever asks.</summary>
internal sealed class CpuBody(IExpert expert) : IExpertBody
{
    /// <inheritdoc/>
    public float[] Walk(WalkRows walk, float[]? used) => walk.Rows is { } rows
        ? Compute.Experts.Walk.Some(expert, walk.Batch, rows, walk.Learns, used)
        : Compute.Experts.Walk.All(expert, walk.Batch, walk.Learns, used);

    /// <inheritdoc/>
    public ReadOnlyMemory<byte>? Read(object purpose) => ImageOf(expert);

    /// <inheritdoc/>
    public void Leave()
    {
        // the garbage collector's
    }

    /// <summary>An expert's image.</summary>
    public static ReadOnlyMemory<byte> ImageOf(IExpert expert)
    {
        var image = new StateWriter();
        expert.Save(image);
        return image.Written;
    }
}
