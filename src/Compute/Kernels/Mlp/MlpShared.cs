using ILGPU;

namespace MoE.Compute.Kernels.Mlp;

/// <summary>What the threads of a group share about the row they are at.</summary>
internal struct MlpShared
{
    /// <summary>Classes whose partial sums are gathered at once.</summary>
    public const int ClassesAtOnce = 16;

    /// <summary>The rows of inputs that it touches, as bits of floats; -1 for none.</summary>
    public ArrayView<int> Index;

    /// <summary>How strongly it touches each.</summary>
    public ArrayView<float> Weight;

    /// <summary>Hidden units (H); each belongs to one thread.</summary>
    public ArrayView<float> Activation;

    /// <summary>Logits, their powers and the probabilities (C).</summary>
    public ArrayView<float> Logits, Powers, Probabilities;

    /// <summary>Partial sums (16, threads), and sums of some of them (16, parts).</summary>
    public ArrayView<float> Partial, PartSum;

    /// <summary>Parts in which the threads' sums are summed: about the root of their number, a power of 2.</summary>
    public int Parts;

    /// <summary>The number of rows of inputs so far.</summary>
    public ArrayView<int> Rows;

    /// <summary>Floats that a group of so many threads needs.</summary>
    public static int Floats(MlpShape shape, int threads) =>
        (2 * shape.Touched) + shape.Hidden + (3 * shape.ClassRoom) + (ClassesAtOnce * (threads + PartsOf(threads))) + 1;

    /// <summary>Divides the group's memory.</summary>
    public static MlpShared Of(MlpShape shape)
    {
        var all = SharedMemory.GetDynamic<float>();
        var (touched, classes) = (shape.Touched, shape.ClassRoom);
        var behind = (2 * touched) + shape.Hidden;
        var (sums, parts) = (behind + (3 * classes), PartsOf(Group.DimX));
        return new MlpShared
        {
            Index = all.SubView(0, touched).Cast<int>(),
            Weight = all.SubView(touched, touched),
            Activation = all.SubView(2 * touched, shape.Hidden),
            Logits = all.SubView(behind, classes),
            Powers = all.SubView(behind + classes, classes),
            Probabilities = all.SubView(behind + (2 * classes), classes),
            Partial = all.SubView(sums, ClassesAtOnce * Group.DimX),
            PartSum = all.SubView(sums + (ClassesAtOnce * Group.DimX), ClassesAtOnce * parts),
            Parts = parts,
            Rows = all.SubView(sums + (ClassesAtOnce * (Group.DimX + parts)), 1).Cast<int>(),
        };
    }

    private static int PartsOf(int threads)
    {
        var parts = 1;
        while (parts * parts < threads)
            parts *= 2;
        return parts;
    }
}
