using CsCheck;
using MoE.Compute.Numerics;
using MoE.Compute.Numerics.Matrices;
using Xunit;

namespace MoE.Compute.Tests.Numerics;

public sealed class MatrixRowsTests
{
    private const int Stride = 48;

    /// <summary>Rows of 48, a vector as long, a step for each row, and how many entries count.</summary>
    private static readonly Gen<(float[][] Rows, float[] X, float[] Steps, int Length)> Cases =
        Gen.Int[0, 11].SelectMany(rows => Gen.Select(
            Numbers(Stride).Array[rows], Numbers(Stride), Numbers(rows), Gen.Int[0, Stride]));

    [Fact]
    public void A_product_agrees_with_its_definition_in_doubles() =>
        Cases.Sample((rows, x, _, length) =>
        {
            var blocks = ClassVectors.Padded(length);
            Assert.Equal(
                rows.Select(row => row.Take(blocks).Zip(x, (a, b) => (double)a * b).Sum()),
                Products<Lanes16>(rows, x, length).Select(p => (double)p), (a, b) => Math.Abs(a - b) < 1e-4);
        }, iter: 300);

    [Fact]
    public void Rows_taken_together_give_the_bits_of_each_alone_in_all_widths() =>
        Cases.Sample((rows, x, _, length) =>
        {
            var expected = rows.Select(row => MatrixRows.Times<Lanes16>(ref row[0], ref x[0], length)).ToArray();
            Assert.Equal(expected, Products<Lanes16>(rows, x, length));
            Assert.Equal(expected, Products<Pair<Lanes8>>(rows, x, length));
            Assert.Equal(expected, Products<Pair<Pair<Lanes4>>>(rows, x, length));
        }, iter: 300);

    [Fact]
    public void Every_row_moves_by_its_own_step_and_what_lies_behind_stays() =>
        Cases.Sample((rows, x, steps, _) =>
        {
            var moved = rows.Zip(steps).SelectMany(
                r => r.First.Zip(x, (m, v) => MathF.FusedMultiplyAdd(r.Second, v, m)));
            float[] expected = [.. moved, 7f];
            Assert.Equal(expected, Moved<Lanes16>(rows, x, steps));
            Assert.Equal(expected, Moved<Pair<Lanes8>>(rows, x, steps));
            Assert.Equal(expected, Moved<Pair<Pair<Lanes4>>>(rows, x, steps));
        }, iter: 300);

    private static Gen<float[]> Numbers(int count) => Gen.Float[-3f, 3f].Array[count];

    private static float[] Products<L>(float[][] rows, float[] x, int length) where L : struct, ILanes<L>
    {
        float[] matrix = [.. rows.SelectMany(row => row), 0f];
        float[] products = [.. new float[rows.Length], 7f];
        MatrixRows.Times<L>(ref matrix[0], rows.Length, Stride, ref x[0], length, ref products[0]);
        Assert.Equal(7f, products[^1]);
        return products[..^1];
    }

    private static float[] Moved<L>(float[][] rows, float[] x, float[] steps) where L : struct, ILanes<L>
    {
        float[] matrix = [.. rows.SelectMany(row => row), 7f];
        float[] padded = [.. steps, 0f];
        MatrixRows.Add<L>(ref matrix[0], rows.Length, Stride, ref x[0], ref padded[0]);
        return matrix;
    }
}
