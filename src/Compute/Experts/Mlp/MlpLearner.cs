using System.Runtime.InteropServices;
using MoE.Compute.Files;
using MoE.Compute.Numerics;

namespace MoE.Compute.Experts.Mlp;

/// <summary>One step of cross-entropy down the gradient, by plain steps or by Adam.</summary>
internal sealed class MlpLearner<L>(MlpOptions options, int hidden) where L : struct, ILanes<L>
{
    private Adam? _inputs = AdamOf(options);
    private Adam? _bias = AdamOf(options);
    private Adam? _outputs = AdamOf(options);
    private float[] _gradient = [];
    private float[] _delta = [];

    /// <summary>Learns the row whose activations and probabilities are given.</summary>
    public void Step(
        MlpWeights w, MlpInputs inputs, float[] sum, float[] activation, float[] probabilities, int y, int classes)
    {
        MlpLoops.Delta<L>(probabilities, y, w.Outputs, hidden, classes, activation, _gradient, _delta);
        if (options.Optimizer == MlpOptimizer.Sgd)
            Descend(w, inputs, activation, classes);
        else
            DescendByAdam(w, inputs, activation, classes);
    }

    /// <summary>Makes room for rows of the first layer.</summary>
    public void FitRows(int rows, int stride) => _inputs?.Resize(rows, stride);

    /// <summary>Makes room for classes.</summary>
    public void FitClasses(int classes, int from, int to)
    {
        if (_delta.Length == to)
            return;
        (_gradient, _delta) = (new float[to - hidden], new float[to]);
        _inputs?.Widen(from, to);
        _bias?.Resize(1, to);
        _outputs?.Resize(to - hidden, hidden);
    }

    /// <summary>One that continues as this one does, for other weights.</summary>
    public MlpLearner<L> Clone() => new(options, hidden)
    {
        _inputs = _inputs?.Clone(),
        _bias = _bias?.Clone(),
        _outputs = _outputs?.Clone(),
        _gradient = new float[_gradient.Length],
        _delta = new float[_delta.Length],
    };

    public void Save(StateWriter state)
    {
        _inputs?.Save(state);
        _bias?.Save(state);
        _outputs?.Save(state);
    }

    public void Load(StateReader state, int rows, int stride)
    {
        (_gradient, _delta) = (new float[stride - hidden], new float[stride]);
        _inputs?.Load(state, rows, stride);
        _bias?.Load(state, 1, stride);
        _outputs?.Load(state, stride - hidden, hidden);
    }

    private void Descend(MlpWeights w, MlpInputs inputs, float[] activation, int classes)
    {
        var rate = -options.Rate;
        ref var delta = ref MemoryMarshal.GetArrayDataReference(_delta);
        ref var h = ref MemoryMarshal.GetArrayDataReference(activation);
        for (var c = 0; c < classes; c++)
            MlpLoops.Add<L>(ref w.Outputs[c * hidden], rate * _gradient[c], ref h, hidden);
        MlpLoops.Add<L>(ref w.Bias[0], rate, ref delta, w.Stride);
        var bounded = -Math.Min(options.Rate, MlpLearningRule.MostGain / Math.Max(inputs.SquaredNorm, 1e-6f));
        MlpLoops.AddRows<L>(
            w.Inputs, inputs.Index.AsSpan(0, inputs.Count), inputs.Weight.AsSpan(0, inputs.Count), bounded, _delta);
    }

    private void DescendByAdam(MlpWeights w, MlpInputs inputs, float[] activation, int classes)
    {
        ref var delta = ref MemoryMarshal.GetArrayDataReference(_delta);
        ref var h = ref MemoryMarshal.GetArrayDataReference(activation);
        for (var c = 0; c < classes; c++)
            _outputs!.Step<L>(w.Outputs, c, hidden, _gradient[c], ref h);
        _bias!.Step<L>(w.Bias, 0, w.Stride, 1f, ref delta);
        for (var j = 0; j < inputs.Count; j++)
            _inputs!.Step<L>(w.Inputs, inputs.Index[j], w.Stride, inputs.Weight[j], ref delta);
    }

    private static Adam? AdamOf(MlpOptions options) =>
        options.Optimizer == MlpOptimizer.Adam ? new Adam(options.Rate) : null;
}

/// <summary>The constants of both optimizers.</summary>
internal static class MlpLearningRule
{
    /// <summary>
    /// Bound on rate · ‖input‖² of a plain step: by that factor the step moves what the layer gives for the same input,
    /// and beyond it wide inputs make the weights explode (normalised LMS, Nagumo and Noda 1967).
    /// </summary>
    public const float MostGain = 2f;

    /// <summary>β₁ of Adam.</summary>
    public const float Beta1 = 0.9f;

    /// <summary>β₂ of Adam.</summary>
    public const float Beta2 = 0.999f;

    /// <summary>ε of Adam.</summary>
    public const float Epsilon = 1e-8f;

    /// <summary>Steps after which both of Adam's corrections are 1 to the last bit of a float.</summary>
    public const int Settled = 1 << 15;
}

/// <summary>
/// Moments and steps of Adam (Kingma and Ba 2015, algorithm 1; β₁ 0.9, β₂ 0.999, ε 10⁻⁸) for weights in rows of equal
/// length, each with its own step count, so that rows that are rarely touched are corrected by their own age.
/// </summary>
internal sealed class Adam(float rate)
{
    private const float Beta1 = MlpLearningRule.Beta1;
    private const float Beta2 = MlpLearningRule.Beta2;
    private const int Settled = MlpLearningRule.Settled;

    /// <summary>What the moments are multiplied by, by step: 1 / (1 - β₁^t) and 1 / (1 - β₂^t).</summary>
    internal static readonly (float First, float Second)[] Corrections = MakeCorrections();

    private float[] _first = [];
    private float[] _second = [];
    private int[] _steps = [];

    /// <summary>Makes room, ahead of need if rows come one by one: new rows start without moments.</summary>
    public void Resize(int rows, int stride)
    {
        if (rows <= _steps.Length && rows * stride <= _first.Length)
            return;
        var room = rows <= _steps.Length ? _steps.Length : Math.Max(rows, 2 * _steps.Length);
        Array.Resize(ref _first, room * stride);
        Array.Resize(ref _second, room * stride);
        Array.Resize(ref _steps, room);
    }

    /// <summary>Gives every row <paramref name="to"/> floats in place of <paramref name="from"/>, new ones 0.</summary>
    public void Widen(int from, int to) =>
        (_first, _second) = (RowLayout.Widen(_first, from, to), RowLayout.Widen(_second, from, to));

    /// <summary>One step of one row along the gradient scale · direction.</summary>
    public void Step<L>(float[] w, int row, int stride, float scale, ref float direction) where L : struct, ILanes<L>
    {
        var steps = _steps[row];
        if (steps < int.MaxValue)                            // a network that never stops gets there
            _steps[row] = ++steps;
        var (first, second) = Corrections[Math.Min(steps, Settled)];
        ref var weight = ref w[row * stride];
        ref var m = ref _first[row * stride];
        ref var v = ref _second[row * stride];
        var (s, step, correct) = (L.Broadcast(scale), L.Broadcast(rate * first), L.Broadcast(second));
        for (nuint k = 0; k < (nuint)stride; k += ClassVectors.Block)
        {
            var g = s * L.Load(ref direction, k);
            var mean = L.MultiplyAdd(L.Broadcast(Beta1), L.Load(ref m, k), L.Broadcast(1f - Beta1) * g);
            var square = L.MultiplyAdd(L.Broadcast(Beta2), L.Load(ref v, k), L.Broadcast(1f - Beta2) * g * g);
            mean.Store(ref m, k);
            square.Store(ref v, k);
            var root = L.Sqrt(square * correct) + L.Broadcast(MlpLearningRule.Epsilon);
            (L.Load(ref weight, k) - (step * mean / root)).Store(ref weight, k);
        }
    }

    /// <summary>The same moments for other weights.</summary>
    public Adam Clone() => new(rate) { _first = [.. _first], _second = [.. _second], _steps = [.. _steps] };

    public void Save(StateWriter state)
    {
        state.Write<float>(_first);
        state.Write<float>(_second);
        state.Write<int>(_steps);
    }

    /// <summary>Takes over what was saved, which may have room for more than the rows there are.</summary>
    public void Load(StateReader state, int rows, int stride)
    {
        (_first, _second, _steps) = (state.ReadArray<float>(), state.ReadArray<float>(), state.ReadArray<int>());
        var numbers = (long)_steps.Length * stride;
        if (_steps.Length < rows || _first.Length != numbers || _second.Length != numbers)
            throw state.Damaged($"{_first.Length} and {_second.Length} moments and {_steps.Length} step counts were "
                + $"found; {stride} of each and one for each of {rows} rows or more were expected");
        if (_steps.AsSpan().ContainsAnyInRange(int.MinValue, -1))
            throw state.Damaged("a step count below 0 was found");
    }

    private static (float First, float Second)[] MakeCorrections()
    {
        var corrections = new (float, float)[Settled + 1];
        var (power1, power2) = (1d, 1d);
        for (var t = 1; t <= Settled; t++)
        {
            (power1, power2) = (power1 * Beta1, power2 * Beta2);
            corrections[t] = ((float)(1 / (1 - power1)), (float)(1 / (1 - power2)));
        }
        return corrections;
    }
}
