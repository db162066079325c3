using System.Runtime.InteropServices;
using MoE.Compute.Experts.Mlp;
using MoE.Compute.Files;
using MoE.Compute.Numerics;
using MoE.Compute.Numerics.Matrices;

namespace MoE.Compute.Experts.Deep;

/// <summary>
/// The three layers, and a step of cross-entropy from the M rows that wait. H₁ and H₂ are the hidden units and C the
/// classes, each padded to whole panels; activations and deltas are in panels of M rows.
/// </summary>
internal sealed class DeepNetwork<L> where L : struct, ILanes<L>
{
    private readonly DeepOptions _options;
    private readonly ulong _seed;
    private readonly float _inputScale;
    private readonly PendingRows _pending;
    private readonly int _rows;
    private readonly int _columns;
    private readonly SparseLayer<L> _first;
    private readonly DenseLayer<L> _second;
    private readonly DenseLayer<L> _outputs;
    private readonly float[] _deltas2;
    private readonly float[] _back2;
    private readonly float[] _deltas1;
    private readonly float[] _back1;
    private float[] _deltas3 = [];
    private float[] _back3 = [];
    private float[] _flat = [];
    private float[] _probabilities = [];

    public DeepNetwork(DeepOptions options, ulong seed, int fanIn, PendingRows pending)
    {
        (_options, _seed, _pending) = (options, seed, pending);
        (First, Second) = (Panels.Padded(options.Hidden), Panels.Padded(options.Second));
        (_rows, _columns) = (pending.Most, Panels.Padded(pending.Most));
        _inputScale = MathF.Sqrt(2f / fanIn);
        _first = new SparseLayer<L>(options, First, pending);
        _second = new DenseLayer<L>(options, First);
        _outputs = new DenseLayer<L>(options, Second);
        (_deltas1, _deltas2) = (new float[_rows * First], new float[_rows * Second]);
        (_back1, _back2) = (new float[_columns * First], new float[_columns * Second]);
        _second.Fit(options.Second);
        for (var k = 0; k < options.Hidden; k++)
            _first.Bias[k] = 0.3f * CounterRandom.Gaussian(seed, DeepRule.FirstBias, (ulong)k);
        var scale = MathF.Sqrt(2f / options.Hidden);
        for (var k = 0; k < options.Hidden; k++)
            for (var j = 0; j < options.Second; j++)
                _second.Weights[Panels.Place(First, k, j)] =
                    scale * CounterRandom.Gaussian(seed, DeepRule.SecondLayer, (ulong)((k * Second) + j));
    }

    private DeepNetwork(DeepNetwork<L> other, PendingRows pending)
    {
        (_options, _seed, _inputScale, _pending) = (other._options, other._seed, other._inputScale, pending);
        (First, Second, _rows, _columns) = (other.First, other.Second, other._rows, other._columns);
        _first = other._first.Clone(pending);
        _second = other._second.Clone();
        _outputs = other._outputs.Clone();
        (_deltas1, _deltas2) = (new float[_rows * First], new float[_rows * Second]);
        (_back1, _back2) = (new float[_columns * First], new float[_columns * Second]);
        FitBuffers();
    }

    /// <summary>H₁.</summary>
    public int First { get; }

    /// <summary>H₂.</summary>
    public int Second { get; }

    /// <summary>C.</summary>
    public int Outputs => _outputs.Outputs;

    /// <summary>The first layer.</summary>
    public SparseLayer<L> Inputs => _first;

    /// <summary>Gives inputs that are new their first weights.</summary>
    public void GrowRows(int from, int to)
    {
        _first.FitRows(to);
        for (var row = from; row < to; row++)
            for (var k = 0; k < _options.Hidden; k++)
                _first.Weights[(row * First) + k] =
                    _inputScale * CounterRandom.Gaussian(_seed, DeepRule.FirstLayer, (ulong)(((long)row * First) + k));
    }

    /// <summary>Gives classes that are new their first weights.</summary>
    public void GrowClasses(int from, int to)
    {
        _outputs.Fit(to);
        FitBuffers();
        var scale = 0.1f / MathF.Sqrt(_options.Second);
        for (var c = from; c < to; c++)
            for (var j = 0; j < _options.Second; j++)
                _outputs.Weights[Panels.Place(Second, j, c)] =
                    scale * CounterRandom.Gaussian(_seed, DeepRule.Outputs, (ulong)(((long)c * Second) + j));
    }

    /// <summary>Computes the second layer and the logits of some rows whose first layer is there.</summary>
    public void Forward(DeepActivations rows, int from, int count)
    {
        _second.Forward(rows.First, rows.Second, rows.Room, from, count);
        for (var panel = 0; panel < Second; panel += Panels.Width)
            Panels.Rectify<L>(ref rows.Second[Panels.Place(rows.Room, from, panel)], count * Panels.Width);
        _outputs.Forward(rows.Second, rows.Logits, rows.Room, from, count);
    }

    /// <summary>One step from the rows that wait, whose activations are given.</summary>
    public void Step(DeepActivations rows, int classes)
    {
        _outputs.Forward(rows.Second, rows.Logits, _rows, 0, _rows);   // classes came since they were predicted
        var scale = DeepRule.ScaleOf(_options);
        for (var row = 0; row < _rows; row++)
            Delta(rows.Logits, row, classes, scale);
        Panels.Transpose(_deltas3, _rows, Outputs, _back3);
        _outputs.Back(_back3, _back2, classes, _rows);
        Panels.Transpose(_back2, Second, _rows, _deltas2);
        Panels.Gate<L>(ref rows.Second[0], ref _deltas2[0], _deltas2.Length);
        Panels.Transpose(_deltas2, _rows, Second, _back2);
        _second.Back(_back2, _back1, Second, _rows);
        Panels.Transpose(_back1, First, _rows, _deltas1, First, Panels.Width);
        for (var row = 0; row < _rows; row++)
            for (var k = 0; k < First; k += Panels.Width)
                Panels.Gate<L>(
                    ref rows.First[Panels.Place(_rows, row, k)], ref _deltas1[(row * First) + k], Panels.Width);
        _outputs.Learn(rows.Second, _deltas3, _rows);
        _second.Learn(rows.First, _deltas2, _rows);
        _first.Learn(_deltas1);
    }

    /// <summary>Adds noise to the weights of the units and classes in use.</summary>
    public void AddNoise(float deviation, ulong seed, int classes)
    {
        for (var row = 0; row < _first.Rows; row++)
            for (var k = 0; k < _options.Hidden; k++)
                _first.Weights[(row * First) + k] += deviation * CounterRandom.Gaussian(seed, (ulong)row, (ulong)k);
        for (var k = 0; k < _options.Hidden; k++)
            _first.Bias[k] += deviation * CounterRandom.Gaussian(CounterRandom.Bits(seed, 1, 0), 0, (ulong)k);
        _second.AddNoise(_options.Hidden, _options.Second, deviation, CounterRandom.Bits(seed, 2, 0));
        _outputs.AddNoise(_options.Second, classes, deviation, CounterRandom.Bits(seed, 3, 0));
    }

    /// <summary>The same network for another expert.</summary>
    /// <param name="pending">The rows that wait there.</param>
    public DeepNetwork<L> Clone(PendingRows pending) => new(this, pending);

    public void Save(StateWriter state)
    {
        _first.Save(state);
        _second.Save(state);
        _outputs.Save(state);
    }

    public void Load(StateReader state, int rows, int classes)
    {
        _first.Load(state, rows);
        _second.Load(state, _options.Second);
        _outputs.Load(state, classes);
        FitBuffers();
    }

    private void Delta(float[] logits, int row, int classes, float scale)
    {
        Panels.Gather(logits, _rows, row, _flat);
        ref var flat = ref MemoryMarshal.GetArrayDataReference(_flat);
        ClassVectors.LogSoftmax<L>(ref flat, classes, ref flat, ref _probabilities[0]);
        _probabilities[_pending.Targets[row]] -= 1f;
        for (var c = 0; c < classes; c++)
            _probabilities[c] *= scale;
        Panels.Scatter(_probabilities, _deltas3, _rows, row);
    }

    private void FitBuffers()
    {
        if (_flat.Length == Outputs)
            return;
        (_flat, _probabilities) = (new float[Outputs], new float[Outputs]);
        (_deltas3, _back3) = (new float[_rows * Outputs], new float[_columns * Outputs]);
    }
}

/// <summary>What the layers give for some rows, in panels with room for that many.</summary>
internal sealed class DeepActivations(int room, int first, int second)
{
    /// <summary>Rows that there is room for.</summary>
    public int Room => room;

    /// <summary>The first hidden layer (room, H₁).</summary>
    public float[] First { get; } = new float[room * first];

    /// <summary>The second hidden layer (room, H₂).</summary>
    public float[] Second { get; } = new float[room * second];

    /// <summary>Logits (room, C).</summary>
    public float[] Logits { get; private set; } = [];

    /// <summary>Makes room for so many outputs; the logits are to be computed anew.</summary>
    public void Fit(int outputs)
    {
        if (Logits.Length != room * outputs)
            Logits = new float[room * outputs];
    }

    /// <summary>Takes a row's first layer: max(0, sum).</summary>
    public void Put(int row, float[] sum)
    {
        for (var k = 0; k < sum.Length; k++)
            sum[k] = Math.Max(0f, sum[k]);
        Panels.Scatter(sum, First, room, row);
    }
}

/// <summary>How far a step goes that learns M rows at once.</summary>
internal static class DeepRule
{
    /// <summary>Streams of the random numbers that make the first weights.</summary>
    public const int FirstLayer = 0, FirstBias = 1, SecondLayer = 2, Outputs = 3;

    /// <summary>
    /// What the summed gradient is multiplied by: 1 / M for Adam, which makes it the mean, and 1 / √M for plain steps,
    /// which lies between one step of M rows and M steps of one.
    /// </summary>
    public static float ScaleOf(DeepOptions options) => options.Optimizer == MlpOptimizer.Adam
        ? 1f / options.Minibatch
        : 1f / MathF.Sqrt(options.Minibatch);

    /// <summary>
    /// The rate of a layer's plain step: by the bound it moves what the layer gives for none of its inputs by more than
    /// <see cref="MlpLearningRule.MostGain"/> times the error, as for one row in a network of one hidden layer.
    /// </summary>
    /// <param name="options">The rate that was asked for, and M.</param>
    /// <param name="squaredNorm">Σ over the rows of ‖input‖².</param>
    public static float RateOf(DeepOptions options, float squaredNorm) => Math.Min(
        options.Rate, MlpLearningRule.MostGain * MathF.Sqrt(options.Minibatch) / (squaredNorm + options.Minibatch));
}
