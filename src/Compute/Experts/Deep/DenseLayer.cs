using System.Runtime.InteropServices;
using MoE.Compute.Experts.Mlp;
using MoE.Compute.Files;
using MoE.Compute.Numerics;
using MoE.Compute.Numerics.Matrices;

namespace MoE.Compute.Experts.Deep;

/// <summary>
/// y = W x + b for many rows at once, and one step from them. All matrices are in panels: weights (I, O), what goes in
/// (M, I), what comes out (M, O). Wherever a number of the result is summed, it is in ascending order.
/// </summary>
internal sealed class DenseLayer<L>(DeepOptions options, int inputs) where L : struct, ILanes<L>
{
    private const int Width = Panels.Width;
    private const int Tall = 8;
    private const int Tile = Tall * Width;

    private Adam? _steps = SparseLayer<L>.AdamOf(options);
    private Adam? _biasSteps = SparseLayer<L>.AdamOf(options);
    private readonly float[] _gradient = new float[Tile];
    private readonly float[] _zero = new float[Width];

    /// <summary>Weights in panels (I, O).</summary>
    public float[] Weights { get; private set; } = [];

    /// <summary>Bias (O).</summary>
    public float[] Bias { get; private set; } = [];

    /// <summary>Numbers that come out, O: whole panels.</summary>
    public int Outputs => Bias.Length;

    /// <summary>Makes room for so many outputs; new weights are 0.</summary>
    public void Fit(int outputs)
    {
        if (Panels.Padded(outputs) is var padded && padded <= Outputs)
            return;
        var (weights, bias) = (Weights, Bias);
        Array.Resize(ref weights, padded * inputs);
        Array.Resize(ref bias, padded);
        (Weights, Bias) = (weights, bias);
        _steps?.Resize(weights.Length / Tile, Tile);
        _biasSteps?.Resize(padded / Width, Width);
    }

    /// <summary>Adds noise to the weights of the units in use.</summary>
    public void AddNoise(int units, int outputs, float deviation, ulong seed)
    {
        for (var i = 0; i < units; i++)
            for (var o = 0; o < outputs; o++)
                Weights[Panels.Place(inputs, i, o)] += deviation * CounterRandom.Gaussian(seed, (ulong)i, (ulong)o);
    }

    /// <summary>Computes some rows of y, of buffers with room for <paramref name="room"/> of them.</summary>
    public void Forward(float[] x, float[] y, int room, int from, int rows)
    {
        for (var panel = 0; panel < Outputs / Width; panel++)
            PanelProduct.Panel<L, ByRows>(
                ref x[from * Width], room * Width, ref Weights[panel * inputs * Width], inputs,
                ref Bias[panel * Width], ref y[((panel * room) + from) * Width], rows);
    }

    /// <summary>
    /// The gradient of x, (I, M) in panels, by that of y, (O, M) in panels of which the first
    /// <paramref name="outputs"/> rows count.
    /// </summary>
    public void Back(float[] dy, float[] dx, int outputs, int rows)
    {
        // eight rows of weights are read once for all panels of rows
        for (var i = 0; i < inputs; i += Tall)
            for (var panel = 0; panel * Width < rows; panel++)
                PanelProduct.Panel<L, ByRows>(
                    ref Weights[i * Width], inputs * Width, ref dy[panel * Outputs * Width], outputs,
                    ref MemoryMarshal.GetArrayDataReference(_zero), ref dx[((panel * inputs) + i) * Width], Tall);
    }

    /// <summary>One step from M rows: the gradient of eight rows of a panel is made and followed at once.</summary>
    public void Learn(float[] x, float[] dy, int rows)
    {
        var rate = options.Optimizer == MlpOptimizer.Adam
            ? 0f : DeepRule.RateOf(options, Panels.SquaredNorm<L>(x, rows * inputs));
        ref var gradient = ref MemoryMarshal.GetArrayDataReference(_gradient);
        ref var zero = ref MemoryMarshal.GetArrayDataReference(_zero);
        for (var panel = 0; panel < Outputs / Width; panel++)
        {
            ref var d = ref dy[panel * rows * Width];
            for (var i = 0; i < inputs; i += Tall)
            {
                PanelProduct.Panel<L, ByColumns>(
                    ref x[Panels.Place(rows, 0, i)], Width * Width, ref d, rows, ref zero, ref gradient, Tall);
                Step(Weights, ((panel * inputs) + i) / Tall, Tile, _steps, rate);
            }
            Panels.SumRows<L>(ref d, rows, ref gradient);
            Step(Bias, panel, Width, _biasSteps, rate);
        }
    }

    /// <summary>The same layer for another network.</summary>
    public DenseLayer<L> Clone() => new(options, inputs)
    {
        Weights = [.. Weights],
        Bias = [.. Bias],
        _steps = _steps?.Clone(),
        _biasSteps = _biasSteps?.Clone(),
    };

    public void Save(StateWriter state)
    {
        state.Write<float>(Weights);
        state.Write<float>(Bias);
        _steps?.Save(state);
        _biasSteps?.Save(state);
    }

    public void Load(StateReader state, int outputs)
    {
        var padded = Panels.Padded(outputs);
        Weights = state.ReadArray<float>((long)padded * inputs);
        Bias = state.ReadArray<float>(padded);
        _steps?.Load(state, Weights.Length / Tile, Tile);
        _biasSteps?.Load(state, padded / Width, Width);
    }

    private void Step(float[] weights, int row, int stride, Adam? steps, float rate)
    {
        ref var gradient = ref MemoryMarshal.GetArrayDataReference(_gradient);
        if (steps is null)
            MlpLoops.Add<L>(ref weights[row * stride], -rate, ref gradient, stride);
        else
            steps.Step<L>(weights, row, stride, 1f, ref gradient);
    }
}
