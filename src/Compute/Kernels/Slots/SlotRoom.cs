using System.Numerics;
using MoE.Compute.Encoding;
using MoE.Compute.Simd;

namespace MoE.Compute.Kernels.Slots;

/// <summary>What the slots of an arena have room for.</summary>
/// <param name="Classes">Classes, a multiple of 16.</param>
/// <param name="Names">Names of each categorical feature, a power of 2.</param>
internal readonly record struct SlotRoom(int Classes, int Names)
{
    private const int LeastNames = 8;

    /// <summary>Room for an image or a batch that knows so much.</summary>
    public static SlotRoom For(int classes, int names) => new(
        Math.Max(ClassRows.Block, ClassRows.Padded(classes)),
        (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(LeastNames, names)));

    /// <summary>Room for a batch.</summary>
    public static SlotRoom For(EncodedBatch batch)
    {
        var names = 0;
        foreach (var name in batch.Category)
            names = Math.Max(names, name + 1);
        return For(batch.ClassStride, names);
    }

    /// <summary>Room for both.</summary>
    public SlotRoom With(SlotRoom other) =>
        new(Math.Max(Classes, other.Classes), Math.Max(Names, other.Names));
}
