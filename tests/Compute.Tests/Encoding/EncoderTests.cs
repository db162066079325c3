using CsCheck;
using MoE.Compute.Data;
using MoE.Compute.Encoding;
using MoE.Compute.Files;
using MoE.Compute.Numerics;
using Xunit;

namespace MoE.Compute.Tests.Encoding;

public sealed class EncoderTests
{
    private const long Seed = 7;

    private sealed record Table(Schema Schema, float[] Values, int Rows);

    /// <summary>Columns of any kinds in any order, of very different scales; some cells are missing.</summary>
    private static readonly Gen<Table> Tables =
        Gen.Select(Gen.Bool.Array[1, 9], Gen.Int[1, 200], Gen.Int).Select((kinds, rows, seed) =>
        {
            var random = new Random(seed);
            var values = new float[rows * kinds.Length];
            for (var at = 0; at < values.Length; at++)
            {
                var column = at % kinds.Length;
                values[at] = !kinds[column] ? random.Next(5)
                    : random.Next(10) == 0 ? float.NaN
                    : (random.NextSingle() - 0.3f) * MathF.Pow(10f, column - 4);
            }
            return new Table(SchemaOf(kinds), values, rows);
        });

    [Fact]
    public void Every_column_is_encoded_as_its_definition_says() =>
        Tables.Sample(table =>
        {
            var batch = Encode(new Encoder(table.Schema, Seed), table, 0, table.Rows);
            var features = table.Schema.Features.Count;
            var numeric = Enumerable.Range(0, features)
                .Where(j => table.Schema.Features[j].Kind == ColumnKind.Numeric).ToList();
            var categorical = Enumerable.Range(0, features).Except(numeric).ToList();
            var columns = numeric.Select(j => new PlainColumn(CounterRandom.Seed(Seed, $"rank-{j}"))).ToList();
            var spread = 0.0;
            for (var row = 0; row < table.Rows; row++)
            {
                for (var n = 0; n < numeric.Count; n++)
                {
                    var (z, rank) = columns[n].Take(table.Values[(row * features) + numeric[n]], spread);
                    Assert.Equal(z, batch.Z[(row * numeric.Count) + n], 1e-5);
                    Assert.Equal(rank, batch.Rank[(row * numeric.Count) + n], 1e-5);
                }
                for (var m = 0; m < categorical.Count; m++)
                    Assert.Equal(
                        table.Values[(row * features) + categorical[m]], batch.Category[(row * categorical.Count) + m]);
                if ((row + 1) % 32 == 0)
                    spread = Spread([.. columns.Select(c => c.Variance).Where(v => v > 0).Order()]);
            }
        }, iter: 100);

    [Fact]
    public void Gate_features_are_one_and_half_the_scores_cut_and_padded() =>
        Gen.Select(Gen.Int[1, 80], Gen.Int[1, 5], Gen.Int).Sample((columns, rows, seed) =>
        {
            var random = new Random(seed);
            var values = Enumerable.Range(0, columns * rows).Select(_ => random.NextSingle()).ToArray();
            var encoder = new Encoder(SchemaOf(Enumerable.Repeat(true, columns)), Seed);
            var batch = Encode(encoder, new Table(SchemaOf(Enumerable.Repeat(true, columns)), values, rows), 0, rows);
            Assert.Equal(0, encoder.GateFeatureCount % 16);
            Assert.InRange(encoder.GateFeatureCount, Math.Min(1 + columns, 64), 64);
            for (var row = 0; row < rows; row++)
                for (var p = 0; p < encoder.GateFeatureCount; p++)
                    Assert.Equal(
                        p == 0 ? 1f : p <= Math.Min(columns, 63) ? 0.5f * batch.Z[(row * columns) + p - 1] : 0f,
                        batch.GateFeatures[(row * encoder.GateFeatureCount) + p]);
        }, iter: 100);

    [Fact]
    public void A_row_is_encoded_by_the_rows_before_it_alone() =>
        Tables.Sample(table =>
        {
            var last = Encode(new Encoder(table.Schema, Seed), table, 0, table.Rows);
            var first = Encode(new Encoder(table.Schema, Seed), table, 0, table.Rows - 1);
            Assert.Equal(Bits(first.Z), Bits(last.Z[..first.Z.Length]));
            Assert.Equal(Bits(first.Rank), Bits(last.Rank[..first.Rank.Length]));
        }, iter: 50);

    [Fact]
    public void Neither_batches_nor_a_restart_change_a_bit() =>
        Gen.Select(Tables, Gen.Double[0, 1]).Sample((table, where) =>
        {
            var cut = (int)(where * table.Rows);
            var whole = new Encoder(table.Schema, Seed);
            var expected = Encode(whole, table, 0, table.Rows);

            var early = new Encoder(table.Schema, Seed);
            var first = Encode(early, table, 0, cut);
            var image = new StateWriter();
            early.Save(image);
            var late = new Encoder(table.Schema, Seed);
            var reader = new StateReader(image.ToArray());
            late.Load(reader);
            var second = Encode(late, table, cut, table.Rows - cut);

            Assert.True(reader.AtEnd);
            Assert.Equal(Bits(expected.Z), Bits([.. first.Z, .. second.Z]));
            Assert.Equal(Bits(expected.Rank), Bits([.. first.Rank, .. second.Rank]));
            Assert.Equal(Bits(expected.GateFeatures), Bits([.. first.GateFeatures, .. second.GateFeatures]));
            Assert.Equal(Fingerprints.Of(whole.Save), Fingerprints.Of(late.Save));
        }, iter: 50);

    /// <summary>The variance that nine in ten of those that vary stay below.</summary>
    private static double Spread(double[] variances) =>
        variances.Length == 0 ? 0 : variances[variances.Length * 9 / 10];

    private static FeatureBatch Encode(Encoder encoder, Table table, int from, int rows)
    {
        var schema = table.Schema;
        var features = schema.Features.Count;
        var targets = new int[rows];
        var batch = new FeatureBatch
        {
            Number = 1,
            Rows = rows,
            Numeric = schema.Numeric,
            Categorical = schema.Categorical,
            Z = new float[rows * schema.Numeric],
            Rank = new float[rows * schema.Numeric],
            Category = new int[rows * schema.Categorical],
            GateFeatures = new float[rows * encoder.GateFeatureCount],
            GateFeatureCount = encoder.GateFeatureCount,
        };
        var values = table.Values[(from * features)..((from + rows) * features)];
        encoder.Encode(new RowBatch { Values = values, Targets = targets, NextOffset = 0 }, batch);
        return batch;
    }

    private static Schema SchemaOf(IEnumerable<bool> numeric) => new(
        [.. numeric.Select((n, j) => new Column($"c{j}", n ? ColumnKind.Numeric : ColumnKind.Categorical))],
        "class");

    private static int[] Bits(float[] values) => [.. values.Select(BitConverter.SingleToInt32Bits)];
}
