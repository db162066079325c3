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

    /// <summary>One that goes on as this one, for other weights.</summary>
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
