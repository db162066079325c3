using ILGPU;
using MoE.Compute.Experts.Memory;

namespace MoE.Compute.Kernels.Memory;

/// <summary>
/// distance[slot] = Σ_j (value[slot, j] - query[j])² + 2 per category that differs, summed feature by feature.
/// </summary>
internal static class MemoryDistances
{
    /// <summary>Slots that a thread measures side by side, so that none waits for another's memory.</summary>
    public const int SlotsAtOnce = 4;

    /// <summary>Measures the slots in use; each thread its own.</summary>
    public static void Measure(MemoryShape shape, MemorySlotView slot, MemoryShared shared, int count)
    {
        for (var first = Group.IdxX; first < count; first += SlotsAtOnce * Group.DimX)
        {
            var (second, third, fourth) = (first + Group.DimX, first + (2 * Group.DimX), first + (3 * Group.DimX));
            var last = count - 1;
            var sums = Sums(shape, slot.Values, shared.Query, new Four<int>
            {
                A = PlaceOf(shape, first),
                B = PlaceOf(shape, IntrinsicMath.Min(second, last)),
                C = PlaceOf(shape, IntrinsicMath.Min(third, last)),
                D = PlaceOf(shape, IntrinsicMath.Min(fourth, last)),
            });
            shared.Distances[first] = sums.A;
            if (second < count)
                shared.Distances[second] = sums.B;
            if (third < count)
                shared.Distances[third] = sums.C;
            if (fourth < count)
                shared.Distances[fourth] = sums.D;
        }
    }

    /// <summary>Where the first value of a slot lies.</summary>
    public static int PlaceOf(MemoryShape shape, int slot) =>
        (slot / MemoryRule.Tile * MemoryRule.Tile * shape.Features) + (slot % MemoryRule.Tile);

    private static Four<float> Sums(
        MemoryShape shape, ArrayView<float> values, ArrayView<float> query, Four<int> places)
    {
        var sums = new Four<float>();
        var j = 0;
        for (; j + 1 < shape.Numeric; j += 2)
        {
            var (even, odd) = (Read(values, places, j), Read(values, places, j + 1));
            sums = AddSquares(AddSquares(sums, even, query[j]), odd, query[j + 1]);
        }
        if (j < shape.Numeric)
            sums = AddSquares(sums, Read(values, places, j), query[j]);
        for (j = shape.Numeric; j < shape.Features; j++)
            sums = AddMismatches(sums, Read(values, places, j), query[j]);
        return sums;
    }

    private static Four<float> Read(ArrayView<float> values, Four<int> places, int j) => new()
    {
        A = values[places.A + (j * MemoryRule.Tile)],
        B = values[places.B + (j * MemoryRule.Tile)],
        C = values[places.C + (j * MemoryRule.Tile)],
        D = values[places.D + (j * MemoryRule.Tile)],
    };

    private static Four<float> AddSquares(Four<float> sums, Four<float> x, float q) => new()
    {
        A = MathF.FusedMultiplyAdd(x.A - q, x.A - q, sums.A),
        B = MathF.FusedMultiplyAdd(x.B - q, x.B - q, sums.B),
        C = MathF.FusedMultiplyAdd(x.C - q, x.C - q, sums.C),
        D = MathF.FusedMultiplyAdd(x.D - q, x.D - q, sums.D),
    };

    private static Four<float> AddMismatches(Four<float> sums, Four<float> x, float q) => new()
    {
        A = sums.A + (x.A == q ? 0f : MemoryRule.Mismatch),
        B = sums.B + (x.B == q ? 0f : MemoryRule.Mismatch),
        C = sums.C + (x.C == q ? 0f : MemoryRule.Mismatch),
        D = sums.D + (x.D == q ? 0f : MemoryRule.Mismatch),
    };
}
