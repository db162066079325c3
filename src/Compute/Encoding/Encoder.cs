using MoE.Compute.Data;
using MoE.Compute.Files;
using MoE.Compute.Numerics;

namespace MoE.Compute.Encoding;

/// <summary>
/// Turns cells into what experts read. N numeric and M categorical columns. Each row is encoded by what the rows before
/// it have shown, and then shows itself.
/// </summary>
public sealed class Encoder
{
    /// <summary>Hats per numeric feature: Q in q = u (Q - 1), of which two neighbours are above 0.</summary>
    public const int Hats = 16;

    /// <summary>Gate features at most, the constant among them.</summary>
    private const int MostGateFeatures = 64;

    /// <summary>Rows between two looks at the spread of all columns.</summary>
    private const int SpreadEvery = 32;

    private readonly NumericColumn[] _columns;
    private readonly int[] _numeric;
    private readonly int[] _categorical;
    private readonly int _features;
    private readonly double[] _variances;
    private long _rows;
    private double _spread;

    /// <summary>An encoder that has seen nothing.</summary>
    public Encoder(Schema schema, long seed)
    {
        ArgumentNullException.ThrowIfNull(schema);
        _features = schema.Features.Count;
        _numeric = [.. Places(schema, ColumnKind.Numeric)];
        _categorical = [.. Places(schema, ColumnKind.Categorical)];
        _columns = [.. _numeric.Select(j => new NumericColumn(CounterRandom.Seed(seed, $"rank-{j}")))];
        _variances = new double[_columns.Length];
        GateFeatureCount = ClassVectors.Padded(Math.Min(MostGateFeatures, 1 + _columns.Length));
    }

    private Encoder(Encoder other)
    {
        (_features, _numeric, _categorical) = (other._features, other._numeric, other._categorical);
        _columns = Array.ConvertAll(other._columns, column => column.Clone());
        _variances = new double[_columns.Length];
        (_rows, _spread, GateFeatureCount) = (other._rows, other._spread, other.GateFeatureCount);
    }

    /// <summary>Length of a row of gate features, P: a multiple of 16.</summary>
    public int GateFeatureCount { get; }

    /// <summary>Encodes rows one after the other into the matrices of <paramref name="batch"/>.</summary>
    public void Encode(RowBatch rows, FeatureBatch batch)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(batch);
        for (var row = 0; row < batch.Rows; row++)
        {
            var cells = rows.Values.AsSpan(row * _features, _features);
            var z = batch.Z.AsSpan(row * _numeric.Length, _numeric.Length);
            var rank = batch.Rank.AsSpan(row * _numeric.Length, _numeric.Length);
            for (var j = 0; j < _columns.Length; j++)
                _columns[j].Take(cells[_numeric[j]], _spread, out z[j], out rank[j]);
            Copy(cells, z, batch, row);
            if (++_rows % SpreadEvery == 0)
                Measure();
        }
    }

    /// <summary>
    /// Encodes rows by what the rows so far have shown, and shows itself none of them: any number of threads may read
    /// by one encoder that does not change.
    /// </summary>
    /// <param name="values">Cells (B, D); a category of -1 is unknown.</param>
    /// <param name="batch">Takes B rows.</param>
    public void Read(ReadOnlySpan<float> values, FeatureBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        for (var row = 0; row < batch.Rows; row++)
        {
            var cells = values.Slice(row * _features, _features);
            var z = batch.Z.AsSpan(row * _numeric.Length, _numeric.Length);
            var rank = batch.Rank.AsSpan(row * _numeric.Length, _numeric.Length);
            for (var j = 0; j < _columns.Length; j++)
                _columns[j].Read(cells[_numeric[j]], out z[j], out rank[j]);
            Copy(cells, z, batch, row);
        }
    }

    /// <summary>The same encoder for other threads to read by.</summary>
    public Encoder Clone() => new(this);

    /// <summary>Writes what the rows so far have shown.</summary>
    public void Save(StateWriter state)
    {
        state.Write(_rows);
        state.Write(_spread);
        foreach (var column in _columns)
            column.Save(state);
    }

    /// <summary>Takes over what <see cref="Save"/> wrote.</summary>
    public void Load(StateReader state)
    {
        _rows = state.ReadInt64(0, long.MaxValue / 2);
        _spread = state.ReadDouble(0, NumericColumn.MostVariance);
        foreach (var column in _columns)
            column.Load(state);
    }

    /// <summary>Categories and gate features of a row.</summary>
    private void Copy(ReadOnlySpan<float> cells, ReadOnlySpan<float> z, FeatureBatch batch, int row)
    {
        for (var m = 0; m < _categorical.Length; m++)
            batch.Category[(row * _categorical.Length) + m] = (int)cells[_categorical[m]];
        var phi = batch.GateFeatures.AsSpan(row * GateFeatureCount, Math.Min(MostGateFeatures, 1 + _columns.Length));
        phi[0] = 1f;
        for (var j = 1; j < phi.Length; j++)
            phi[j] = 0.5f * z[j - 1];
    }

    /// <summary>Spread of all columns: the variance that nine in ten of those that vary stay below.</summary>
    private void Measure()
    {
        var varying = 0;
        foreach (var column in _columns)
            if (column.Variance > 0)
                _variances[varying++] = column.Variance;
        Array.Sort(_variances, 0, varying);
        _spread = varying == 0 ? 0 : _variances[varying * 9 / 10];
    }

    private static IEnumerable<int> Places(Schema schema, ColumnKind kind) =>
        Enumerable.Range(0, schema.Features.Count).Where(j => schema.Features[j].Kind == kind);
}
