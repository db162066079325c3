using ILGPU;
using MoE.Compute.Kernels.Launches;

namespace MoE.Compute.Kernels.Deep;

/// <summary>
/// What one round of a launch does of a step: the rows up to the next step of learning, behind those that waited. It
/// follows from numbers that no kernel changes before the end of the launch, so that nobody has to send it.
/// </summary>
internal struct DeepTask
{
    /// <summary>The expert's slot.</summary>
    public int Slot;

    /// <summary>Where the rows begin in the list of rows, and their answers.</summary>
    public int FirstRow, Answer;

    /// <summary>The first of them among the rows that learn together.</summary>
    public int Place;

    /// <summary>Number of them; 0 where the step has none left.</summary>
    public int Rows;

    /// <summary>1 where they are learned.</summary>
    public int Learns;

    /// <summary>1 where they complete M rows, which are then learned.</summary>
    public int Completes;

    /// <summary>Rows that are there: those that waited and these.</summary>
    public readonly int Total => Place + Rows;

    /// <summary>The task of a step in a round.</summary>
    public static DeepTask Of(DeepShape shape, WalkView view, int step, int round)
    {
        var walk = view.Steps[step];
        var waiting = view.Ints[((long)walk.Slot * shape.Size.Ints) + DeepShape.Waiting] * walk.Learns;
        var before = round == 0 ? 0 : (round * shape.Minibatch) - waiting;
        var place = round == 0 ? waiting : 0;
        var rows = IntrinsicMath.Max(0, IntrinsicMath.Min(shape.Minibatch - place, walk.Rows - before));
        return new DeepTask
        {
            Slot = walk.Slot,
            FirstRow = walk.FirstRow + before,
            Answer = walk.Answer + (before * view.Batch.ClassStride),
            Place = place,
            Rows = rows,
            Learns = walk.Learns,
            Completes = rows > 0 && place + rows == shape.Minibatch ? walk.Learns : 0,
        };
    }
}
