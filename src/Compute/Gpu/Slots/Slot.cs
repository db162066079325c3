using System.Numerics;
using MoE.Compute.Encoding;
using MoE.Compute.Numerics;

namespace MoE.Compute.Gpu.Slots;

/// <summary>The numbers of one expert as they lie in an arena, in this machine's memory; 0 at first.</summary>
internal sealed class Slot(SlotSize size)
{
    /// <summary>Weights and what else is a float.</summary>
    public float[] Floats { get; } = new float[size.Floats];

    /// <summary>Counts, indices.</summary>
    public int[] Ints { get; } = new int[size.Ints];

    /// <summary>Seeds, counts without end.</summary>
    public long[] Longs { get; } = new long[size.Longs];

    /// <summary>Makes everything 0 again.</summary>
    public void Clear()
    {
        Array.Clear(Floats);
        Array.Clear(Ints);
        Array.Clear(Longs);
    }
}

/// <summary>Numbers that one expert takes in an arena.</summary>
/// <param name="Floats">Floats.</param>
/// <param name="Ints">Whole numbers.</param>
/// <param name="Longs">Long whole numbers.</param>
internal readonly record struct SlotSize(int Floats, int Ints, int Longs)
{
    /// <summary>What they take of memory.</summary>
    public long Bytes => ((long)sizeof(float) * Floats) + ((long)sizeof(int) * Ints) + ((long)sizeof(long) * Longs);
}

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
        Math.Max(ClassVectors.Block, ClassVectors.Padded(classes)),
        (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(LeastNames, names)),
        NarrowVectors.Stride(classes + 1));

    /// <summary>Room for a batch.</summary>
    public static SlotRoom For(TrainingBatch batch)
    {
        var (classes, names) = (0, 0);
        for (var row = 0; row < batch.Rows; row++)
            classes = Math.Max(classes, Math.Max(batch.Labels.KnownClasses[row], batch.Labels.Targets[row] + 1));
        foreach (var name in batch.Features.Category)
            names = Math.Max(names, name + 1);
        return For(batch.Labels.Stride, names) with { Narrow = NarrowVectors.Stride(classes + 1) };
    }

    /// <summary>Room for both.</summary>
    public SlotRoom With(SlotRoom other) =>
        new(Math.Max(Classes, other.Classes), Math.Max(Names, other.Names), Math.Max(Narrow, other.Narrow));
}
