using System.Runtime.InteropServices;
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

    /// <summary>Makes room for rows, ahead of need if they come one by one; new ones are 0.</summary>
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

/// <summary>
/// Exponential average of a network's weights (Polyak and Juditsky 1992, with forgetting). It follows every 8 rows
/// (every row at the start); rows of categories follow when they are next read, by the steps that they missed, as
/// their weights stood still meanwhile.
/// </summary>
internal sealed class MlpAverage<L>(float rate, int hidden) where L : struct, ILanes<L>
{
    private long _rows;
    private long _steps;
    private long[] _stepOfRow = [];

    /// <summary>The averaged weights.</summary>
    public MlpWeights Weights { get; private init; } = new(hidden);

    /// <summary>Lets the rows of the categories just read follow to the present.</summary>
    public void CatchUp(MlpWeights learned, MlpInputs inputs)
    {
        for (var j = 0; j < inputs.Count; j++)
            CatchUp(learned, inputs, inputs.Index[j]);
    }

    /// <summary>Lets all rows of categories follow to the present.</summary>
    public void CatchUpAll(MlpWeights learned, MlpInputs inputs)
    {
        for (var row = inputs.Fixed; row < inputs.Rows; row++)
            CatchUp(learned, inputs, row);
    }

    /// <summary>One row was learned: follows when it is time.</summary>
    public void Tick(MlpWeights learned, MlpInputs inputs)
    {
        if (!MlpAverageRule.IsDue(++_rows))
            return;
        var step = MlpAverageRule.RateOf(rate, ++_steps);
        Follow(Weights.Inputs, learned.Inputs, step, inputs.Fixed * learned.Stride);
        Follow(Weights.Bias, learned.Bias, step, learned.Bias.Length);
        Follow(Weights.Outputs, learned.Outputs, step, learned.Outputs.Length);
    }

    /// <summary>Starts the average of new rows at their first weights.</summary>
    public void TakeRows(MlpWeights learned, int from, int to)
    {
        Weights.FitRows(to);
        learned.Inputs.AsSpan(from * learned.Stride, (to - from) * learned.Stride)
            .CopyTo(Weights.Inputs.AsSpan(from * learned.Stride));
        Array.Resize(ref _stepOfRow, to);
        _stepOfRow.AsSpan(from).Fill(_steps);
        if (from == 0)
            learned.Bias.CopyTo(Weights.Bias, 0);
    }

    /// <summary>Starts the average of new classes at their first weights.</summary>
    public void TakeClasses(MlpWeights learned, int from) =>
        learned.Outputs.AsSpan(from * hidden).CopyTo(Weights.Outputs.AsSpan(from * hidden));

    /// <summary>The same average for another network.</summary>
    public MlpAverage<L> Clone() => new(rate, hidden)
    {
        _rows = _rows,
        _steps = _steps,
        _stepOfRow = [.. _stepOfRow],
        Weights = Weights.Clone(),
    };

    public void Save(StateWriter state)
    {
        state.Write(_rows);
        state.Write(_steps);
        state.Write<long>(_stepOfRow);
        Weights.Save(state);
    }

    public void Load(StateReader state, int rows, int classes)
    {
        (_rows, _steps) = (state.ReadInt64(0, long.MaxValue / 2), state.ReadInt64());
        var steps = MlpAverageRule.StepsOf(_rows);
        if (_steps != steps)
            throw state.Damaged($"{_steps} steps of the average were found; {_rows} rows make {steps}");
        _stepOfRow = state.ReadArray<long>(rows);
        if (_stepOfRow.AsSpan().ContainsAnyExceptInRange(0, _steps))
            throw state.Damaged($"a step of a row below 0 or above {_steps} was found");
        Weights.Load(state, rows, classes);
    }

    private void CatchUp(MlpWeights learned, MlpInputs inputs, int row)
    {
        if (row < inputs.Fixed || _stepOfRow[row] == _steps)
            return;
        var at = row * learned.Stride;
        var missed = MlpAverageRule.Missed(rate, _stepOfRow[row], _steps);
        MlpLoops.Follow<L>(ref Weights.Inputs[at], missed, ref learned.Inputs[at], learned.Stride);
        _stepOfRow[row] = _steps;
    }

    private static void Follow(float[] average, float[] learned, float step, int length)
    {
        if (length > 0)
            MlpLoops.Follow<L>(
                ref MemoryMarshal.GetArrayDataReference(average), step,
                ref MemoryMarshal.GetArrayDataReference(learned), length);
    }
}

/// <summary>
/// When and how far averaged weights follow: every row at the start, where the average is a plain mean, then every 8
/// rows at a rate that falls to the one asked for.
/// </summary>
internal static class MlpAverageRule
{
    private const int Every = 8;
    private const int EveryRowUntil = 64;

    /// <summary>Part of the old average that counts as nothing.</summary>
    private const float Forgotten = 1e-6f;

    /// <summary>Whether the average takes a step after so many rows.</summary>
    public static bool IsDue(long rows) => rows < EveryRowUntil || rows % Every == 0;

    /// <summary>Steps that so many rows make.</summary>
    public static long StepsOf(long rows) =>
        rows < EveryRowUntil ? rows : EveryRowUntil - 1 + ((rows - EveryRowUntil) / Every) + 1;

    /// <summary>How far a step goes, from 0 to 1.</summary>
    public static float RateOf(float rate, long step)
    {
        if (step < EveryRowUntil)
            return Math.Max(rate, 1f / step);
        var rows = EveryRowUntil + (Every * (step - EveryRowUntil));
        return Math.Min(0.5f, Math.Max(rate * Every, (float)Every / rows));
    }

    /// <summary>How far all steps after <paramref name="since"/> go, for weights that did not change.</summary>
    public static float Missed(float rate, long since, long steps)
    {
        var kept = 1f;
        for (var step = since + 1; step <= steps && kept > Forgotten; step++)
        {
            var left = 1f - RateOf(rate, step);
            if (left == 1f)
                break;                                       // the rates only fall: none of the later ones counts
            kept *= left;
        }
        return 1f - kept;
    }
}
