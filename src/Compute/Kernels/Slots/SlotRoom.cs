using System.Numerics;
using MoE.Compute.Encoding;
using MoE.Compute.Experts;
using MoE.Compute.Simd;

namespace MoE.Compute.Kernels.Slots;

/// <summary>What the slots of an arena have room for.</summary>
/// <param name="Classes">Classes, a multiple of 16.</param>
/// <param name="Names">Names of each categorical feature, a power of 2.</param>
/// <param name="Narrow">
/// Floats of a narrow row of one number more than there are classes: a table of many rows is not made four times as
/// large as two classes need.
/// </param>
internal readonly record struct SlotRoom(int Classes, int Names, int Narrow)
{
    private const int LeastNames = 8;

    /// <summary>Room for an image or a batch that knows so much.</summary>
    public static SlotRoom For(int classes, int names) => new(
        Math.Max(ClassRows.Block, ClassRows.Padded(classes)),
        (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(LeastNames, names)),
        NarrowRows.Stride(classes + 1));

    /// <summary>Room for a batch.</summary>
    public static SlotRoom For(TrainingBatch batch)
    {
        var (classes, names) = (0, 0);
        for (var row = 0; row < batch.Rows; row++)
            classes = Math.Max(classes, Math.Max(batch.Labels.Known[row], batch.Labels.Targets[row] + 1));
        foreach (var name in batch.Features.Category)
            names = Math.Max(names, name + 1);
        return For(batch.Labels.Stride, names) with { Narrow = NarrowRows.Stride(classes + 1) };
    }

    /// <summary>Room for both.</summary>
    public SlotRoom With(SlotRoom other) =>
        new(Math.Max(Classes, other.Classes), Math.Max(Names, other.Names), Math.Max(Narrow, other.Narrow));
}
