namespace MoE.Compute.Kernels.Deep;

/// <summary>
/// A thread's 4 x 4 numbers of a product, in named registers: ILGPU unrolls no loop and keeps arrays out of registers.
/// A group of <c>down</c> x <c>across</c> threads holds 4 down x 4 across of them.
/// </summary>
internal struct QuadTile
{
    /// <summary>Summands that the group reads into shared memory at once.</summary>
    public const int Depth = 16;

    /// <summary>Its rows.</summary>
    public Quad A, B, C, D;

    /// <summary>A tile that is the same in every row.</summary>
    public static QuadTile Of(Quad row) => new() { A = row, B = row, C = row, D = row };

    /// <summary>this + Σ over what is shared: left (Depth, 4 down) and right (Depth, 4 across).</summary>
    public readonly QuadTile AddShared(QuadShared shared)
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
    public readonly Quad Row(int row) => row == 0 ? A : row == 1 ? B : row == 2 ? C : D;

    private readonly QuadTile Add(Quad left, Quad right) => new()
    {
        A = A.Add(left.X, right),
        B = B.Add(left.Y, right),
        C = C.Add(left.Z, right),
        D = D.Add(left.W, right),
    };
}
