using MoE.Compute.Files;
using MoE.Compute.Numerics;

namespace MoE.Compute.Experts.Mlp;

/// <summary>The weights of one network. H hidden units and C classes, padded to blocks of 16; S = H + C.</summary>
internal sealed class MlpWeights(int hidden)
{
    private int _rows;

    /// <summary>W₁ and W_s (rows, S), with room for more.</summary>
    public float[] Inputs { get; private set; } = [];

    /// <summary>b₁ and b₂ (S).</summary>
    public float[] Bias { get; private set; } = new float[hidden];

    /// <summary>W₂ (C, H).</summary>
    public float[] Outputs { get; private set; } = [];

    /// <summary>Length of a row of <see cref="Inputs"/>, S.</summary>
    public int Stride => Bias.Length;

    /// <summary>Makes room for rows, ahead of need where they come one by one; new ones are 0.</summary>
    public void FitRows(int rows)
    {
        if (rows * Stride > Inputs.Length)
            Inputs = Resized(Inputs, Math.Max(rows, 2 * _rows) * Stride);
        _rows = Math.Max(_rows, rows);
    }

    /// <summary>Makes room for classes; their weights are 0.</summary>
    public void FitClasses(int classes)
    {
        var stride = hidden + ClassVectors.Padded(classes);
        if (stride == Stride)
            return;
        Inputs = RowLayout.Widen(Inputs, Stride, stride);
        Outputs = Resized(Outputs, (stride - hidden) * hidden);
        Bias = Resized(Bias, stride);
    }

    /// <summary>Adds noise to the weights of the hidden units and classes in use.</summary>
    public void AddNoise(float deviation, ulong seed, int units, int classes)
    {
        for (var row = 0; row < _rows; row++)
            AddNoise(Inputs, row, Stride, units, deviation, CounterRandom.Bits(seed, 0, (ulong)row));
        AddNoise(Bias, 0, Stride, units, deviation, CounterRandom.Bits(seed, 1, 0));
        for (var c = 0; c < classes; c++)
            AddNoise(Outputs, c, hidden, units, deviation, CounterRandom.Bits(seed, 2, (ulong)c));
    }

    /// <summary>The same weights for another network.</summary>
    public MlpWeights Clone() =>
        new(hidden) { _rows = _rows, Inputs = [.. Inputs], Bias = [.. Bias], Outputs = [.. Outputs] };

    public void Save(StateWriter state)
    {
        state.Write((long)_rows);
        state.Write<float>(Inputs.AsSpan(0, _rows * Stride));
        state.Write<float>(Bias);
        state.Write<float>(Outputs);
    }

    public void Load(StateReader state, int rows, int classes)
    {
        var (padded, stride) = (ClassVectors.Padded(classes), hidden + ClassVectors.Padded(classes));
        if (state.ReadInt64() is var found && found != rows)
            throw state.Damaged($"weights of {found} inputs were found; {rows} were expected");
        _rows = rows;
        Inputs = state.ReadArray<float>((long)rows * stride);
        Bias = state.ReadArray<float>(stride);
        Outputs = state.ReadArray<float>((long)padded * hidden);
    }

    private static void AddNoise(float[] weights, int row, int stride, int units, float deviation, ulong seed)
    {
        for (var k = 0; k < units; k++)
            weights[(row * stride) + k] += deviation * CounterRandom.Gaussian(seed, 0, (ulong)k);
    }

    private static float[] Resized(float[] values, int length)
    {
        Array.Resize(ref values, length);
        return values;
    }
}
