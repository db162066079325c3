using ILGPU;

namespace MoE.Compute.Kernels.Deep;

/// <summary>What the threads of a group share of a product, and where each of them stands in its tile.</summary>
internal struct QuadShared
{
    /// <summary>Threads of the group in both directions.</summary>
    public int Down, Across;

    /// <summary>This thread's place: row and column in fours.</summary>
    public int Y, X;

    /// <summary>Left (Depth, 4 down) and right side (Depth, 4 across), in fours.</summary>
    public ArrayView<Quad> Left, Right;

    /// <summary>The same, float by float.</summary>
    public ArrayView<float> LeftFloats, RightFloats;

    /// <summary>Floats that a group of so many threads shares.</summary>
    public static int Floats(int threads, int across) => 4 * QuadTile.Depth * ((threads / across) + across);

    /// <summary>Divides the group's memory.</summary>
    public static QuadShared Of(int across)
    {
        var down = Group.DimX / across;
        var all = GroupMemory.Of<Quad>();
        var (left, right) = (all.SubView(0, QuadTile.Depth * down),
            all.SubView(QuadTile.Depth * down, QuadTile.Depth * across));
        return new QuadShared
        {
            Down = down,
            Across = across,
            Y = Group.IdxX / across,
            X = Group.IdxX % across,
            Left = left,
            Right = right,
            LeftFloats = left.Cast<float>(),
            RightFloats = right.Cast<float>(),
        };
    }
}
