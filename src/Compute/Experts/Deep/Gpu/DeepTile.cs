using ILGPU;
using MoE.Compute.Gpu;

namespace MoE.Compute.Experts.Deep.Gpu;

/// <summary>
/// A thread's 4 x 4 numbers of a product, in named registers: ILGPU unrolls no loop and keeps arrays out of registers.
/// A group of <c>down</c> x <c>across</c> threads holds 4 down x 4 across of them.
/// </summary>
internal struct DeepTile
{
    /// <summary>Summands that the group reads into shared memory at once.</summary>
    public const int Depth = 16;

    /// <summary>Its rows.</summary>
    public Float4 A, B, C, D;

    /// <summary>A tile that is the same in every row.</summary>
    public static DeepTile Of(Float4 row) => new() { A = row, B = row, C = row, D = row };

    /// <summary>this + Σ over what is shared: left (Depth, 4 down) and right (Depth, 4 across).</summary>
    public readonly DeepTile AddShared(DeepTileShared shared)
    {
        var sum = this;
        var (left, right) = (shared.Y, shared.X);
        for (var k = 0; k < Depth; k += 4)
        {
            sum = sum.Add(shared.Left[left], shared.Right[right]);
            (left, right) = (left + shared.Down, right + shared.Across);
            sum = sum.Add(shared.Left[left], shared.Right[right]);
            (left, right) = (left + shared.Down, right + shared.Across);
            sum = sum.Add(shared.Left[left], shared.Right[right]);
            (left, right) = (left + shared.Down, right + shared.Across);
            sum = sum.Add(shared.Left[left], shared.Right[right]);
            (left, right) = (left + shared.Down, right + shared.Across);
        }
        return sum;
    }

    /// <summary>Row 0 to 3.</summary>
    public readonly Float4 Row(int row) => row == 0 ? A : row == 1 ? B : row == 2 ? C : D;

    private readonly DeepTile Add(Float4 left, Float4 right) => new()
    {
        A = A.Add(left.X, right),
        B = B.Add(left.Y, right),
        C = C.Add(left.Z, right),
        D = D.Add(left.W, right),
    };
}

/// <summary>What the threads of a group share of a product, and which part of the tile each has.</summary>
internal struct DeepTileShared
{
    /// <summary>Threads of the group in both directions.</summary>
    public int Down, Across;

    /// <summary>This thread's place: row and column in fours.</summary>
    public int Y, X;

    /// <summary>Left (Depth, 4 down) and right side (Depth, 4 across), in fours.</summary>
    public ArrayView<Float4> Left, Right;

    /// <summary>The same, float by float.</summary>
    public ArrayView<float> LeftFloats, RightFloats;

    /// <summary>Floats that a group of so many threads shares.</summary>
    public static int Floats(int threads, int across) => 4 * DeepTile.Depth * ((threads / across) + across);

    /// <summary>Divides the group's memory.</summary>
    public static DeepTileShared Of(int across)
    {
        var down = Group.DimX / across;
        var all = GroupMemory.Of<Float4>();
        var (left, right) = (all.SubView(0, DeepTile.Depth * down),
            all.SubView(DeepTile.Depth * down, DeepTile.Depth * across));
        return new DeepTileShared
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
