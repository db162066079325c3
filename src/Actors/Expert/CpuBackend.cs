using MoE.Compute.Experts;
using MoE.Compute.Files;
using static MoE.Actors.Expert.ExpertCommands;

namespace MoE.Actors.Expert;

/// <summary>Numbers in this process, computed with by whoever asks.</summary>
internal sealed class CpuBackend(IExpert expert) : IExpertBackend
{
    private int _length = 1 << 16;

    /// <inheritdoc/>
    public float[] Process(ProcessRows walk, float[]? used) =>
        Compute.Experts.ExpertRunner.Run(expert, walk.Batch, walk.Rows, walk.Learns, used);

    /// <inheritdoc/>
    public ReadOnlyMemory<byte>? Read(object purpose)
    {
        var image = ImageOf(expert, _length + (_length / 8));    // it may have grown a little since
        _length = image.Length;
        return image;
    }

    /// <inheritdoc/>
    public InitialState Clone(CloneState purpose) => new(expert.Clone());

    /// <inheritdoc/>
    public IPredictor Snapshot(TakeSnapshot purpose) => expert.Snapshot(purpose.Classes);

    /// <inheritdoc/>
    public void Leave()
    {
        // the garbage collector's
    }

    /// <summary>An expert's image.</summary>
    /// <param name="expert">The expert.</param>
    /// <param name="room">Bytes that it will about have.</param>
    public static ReadOnlyMemory<byte> ImageOf(IExpert expert, int room = 1 << 16)
    {
        var image = new StateWriter(room);
        expert.Save(image);
        return image.Written;
    }
}
