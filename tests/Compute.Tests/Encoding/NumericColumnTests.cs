using CsCheck;
using MoE.Compute.Encoding;
using MoE.Compute.Files;
using Xunit;

namespace MoE.Compute.Tests.Encoding;

public sealed class NumericColumnTests
{
    private static readonly Gen<float> Cell = Gen.Frequency(
        (8, Gen.Float[-50f, 50f]), (4, Gen.Int[-3, 3].Select(i => (float)i)), (1, Gen.Const(float.NaN)));

    private static readonly Gen<float> Huge =
        Gen.OneOf(Gen.Float[-3e38f, 3e38f], Gen.Bool.Select(b => b ? float.MaxValue : float.MinValue));

    private static readonly Gen<float[]> Extremes = Gen.OneOf(
        Huge.Array[1, 9],
        Gen.Int[0, 9].Select(BitConverter.Int32BitsToSingle).Array[1, 9],
        Gen.OneOf(Cell, Huge, Gen.Float[-1e-38f, 1e-38f]).Array[1, 400]);

    [Fact]
    public void Scores_and_ranks_agree_with_their_definition_in_doubles() =>
        Gen.Select(Cell.Array[1, 900], Gen.ULong, Gen.Double[0, 100]).Sample((cells, seed, spread) =>
        {
            var (column, plain) = (new NumericColumn(seed), new PlainColumn(seed));
            foreach (var cell in cells)
            {
                column.Take(cell, spread, out var z, out var rank);
                var expected = plain.Take(cell, spread);
                Assert.Equal(expected.Z, z, 1e-5);
                Assert.Equal(expected.Rank, rank, 1e-5);
                Assert.Equal(plain.Variance, column.Variance, 1e-9 * (1 + plain.Variance));
            }
        }, iter: 60);

    [Fact]
    public void Whatever_the_cells_scores_and_ranks_stay_in_their_ranges() =>
        Gen.Select(Extremes, Gen.Double[0, 1e300]).Sample((cells, spread) =>
        {
            var column = new NumericColumn(1);
            foreach (var cell in cells)
            {
                column.Take(cell, spread, out var z, out var rank);
                Assert.InRange(z, -4f, 4f);
                if (float.IsNaN(cell))
                    Assert.True(float.IsNaN(rank));
                else
                    Assert.InRange(rank, 0f, 0.9999f);
            }
        }, iter: 500);

    [Fact]
    public void A_missing_cell_changes_nothing() =>
        Cell.Array[0, 300].Sample(cells =>
        {
            var column = After(cells);
            var before = Fingerprints.Of(column.Save);
            column.Take(float.NaN, 1, out var z, out var rank);
            Assert.Equal(0f, z);
            Assert.True(float.IsNaN(rank));
            Assert.Equal(before, Fingerprints.Of(column.Save));
        }, iter: 100);

    [Fact]
    public void A_greater_value_never_has_a_lower_rank_or_score() =>
        Gen.Select(Cell.Array[0, 600], Gen.Float[-60f, 60f], Gen.Float[-60f, 60f]).Sample((cells, a, b) =>
        {
            After(cells).Take(Math.Min(a, b), 1, out var lowZ, out var lowRank);
            After(cells).Take(Math.Max(a, b), 1, out var highZ, out var highRank);
            Assert.True(lowRank <= highRank && lowZ <= highZ);
        }, iter: 200);

    [Fact]
    public void A_restored_column_goes_on_with_the_same_bits() =>
        Gen.Select(Cell.Array[0, 500], Cell.Array[0, 300]).Sample((before, after) =>
        {
            var column = After(before);
            var image = new StateWriter();
            column.Save(image);
            var restored = new NumericColumn(1);
            var reader = new StateReader(image.ToArray());
            restored.Load(reader);
            Assert.True(reader.AtEnd);
            foreach (var cell in after)
            {
                column.Take(cell, 1, out var z, out var rank);
                restored.Take(cell, 1, out var z2, out var rank2);
                Assert.Equal((z, rank), (z2, rank2));
            }
            Assert.Equal(Fingerprints.Of(column.Save), Fingerprints.Of(restored.Save));
        }, iter: 60);

    [Fact]
    public void A_column_that_never_varies_scores_nothing_after_its_first_row()
    {
        var column = After([1e30f]);
        column.Take(1e30f, 1, out var z, out _);
        Assert.Equal(0f, z);
    }

    private static NumericColumn After(float[] cells)
    {
        var column = new NumericColumn(1);
        foreach (var cell in cells)
            column.Take(cell, 1, out _, out _);
        return column;
    }
}
