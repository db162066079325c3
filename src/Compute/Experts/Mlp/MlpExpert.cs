using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MoE.Compute.Data;
using MoE.Compute.Encoding;
using MoE.Compute.Files;
using MoE.Compute.Numerics;
using MoE.Compute.Numerics.Matrices;

namespace MoE.Compute.Experts.Mlp;

/// <summary>
/// p = softmax(W₂ max(0, W₁ v + b₁) + W_s v + b₂), learned by cross-entropy, one step per row; a plain step of W₁ and
/// W_s has a rate of 2 / ‖v‖² at most. A row of W₁ and of W_s lie side by side: S = H + C floats, each padded to
/// blocks of 16; so do b₁ and b₂.
/// </summary>
/// <remarks>
/// The definition: <see cref="Gpu.MlpKernel"/> computes it on a device, and the tests' MlpReference in doubles.
/// </remarks>
internal sealed class MlpExpert<L> : IExpert where L : struct, ILanes<L>
{
    private const int FirstLayer = 0;
    private const int FirstBias = 1;
    private const int SecondLayer = 2;

    private readonly MlpOptions _options;
    private readonly ulong _seed;
    private readonly MlpInputs _inputs;
    private readonly int _hidden;
    private readonly MlpLearner<L> _learner;
    private readonly MlpAverage<L>? _average;
    private readonly MlpWeights _weights;
    private float[] _sum;
    private readonly float[] _activation;
    private float[] _logits;
    private float[] _probabilities;
    private int _classes;

    public MlpExpert(MlpOptions options, Schema schema, ulong seed)
    {
        (_options, _seed) = (options, seed);
        _inputs = new MlpInputs(options.Input, schema.Numeric, schema.Categorical);
        _hidden = ClassVectors.Padded(options.Hidden);
        _activation = new float[_hidden];
        _weights = new MlpWeights(_hidden);
        _learner = new MlpLearner<L>(options, _hidden);
        _average = options.Average > 0f ? new MlpAverage<L>(options.Average, _hidden) : null;
        for (var k = 0; k < options.Hidden; k++)
            _weights.Bias[k] = 0.3f * CounterRandom.Gaussian(seed, FirstBias, (ulong)k);
        (_sum, _logits, _probabilities) = ([], [], []);
        GrowRows(0, _inputs.Rows);
        FitClasses();
    }

    private MlpExpert(MlpExpert<L> parent)
    {
        (_options, _seed, _hidden) = (parent._options, parent._seed, parent._hidden);
        _classes = parent._classes;
        _inputs = parent._inputs.Clone();
        _activation = new float[_hidden];
        _weights = parent._weights.Clone();
        _learner = parent._learner.Clone();
        _average = parent._average?.Clone();
        (_sum, _logits, _probabilities) = ([], [], []);
        FitBuffers();
    }

    public int Heads => 1;

    public void Forward(FeatureBatch batch, int row, int classes, Span<float> logProbabilities)
    {
        EnsureClasses(classes);
        var before = _inputs.Rows;
        if (_inputs.Read(batch, row))
            GrowRows(before, _inputs.Rows);
        _average?.CatchUp(_weights, _inputs);
        var weights = _average?.Weights ?? _weights;
        if (_classes <= logProbabilities.Length)
            Evaluate(weights, _classes, ref MemoryMarshal.GetReference(logProbabilities));
        else
        {
            Evaluate(weights, _classes, ref MemoryMarshal.GetArrayDataReference(_logits));
            ClassVectors.CopyKnown(_logits, logProbabilities);
        }
    }

    public void Predict(FeatureBatch batch, int row, int classes, Span<float> logProbabilities)
    {
        _inputs.ReadKnown(batch, row);
        Evaluate(_average?.Weights ?? _weights, _classes, ref MemoryMarshal.GetArrayDataReference(_logits));
        ClassVectors.Spread(_logits, _classes, classes, logProbabilities);
    }

    public void Flush() => _average?.CatchUpAll(_weights, _inputs);

    public void AddNoise(float deviation, ulong seed)
    {
        _weights.AddNoise(deviation, seed, _options.Hidden, _classes);
        _average?.Weights.AddNoise(deviation, seed, _options.Hidden, _classes);
    }

    public void Learn(int target)
    {
        var isNew = target >= _classes;
        EnsureClasses(target + 1);
        if (isNew || _average is not null)
            Evaluate(_weights, _classes, ref MemoryMarshal.GetArrayDataReference(_logits));
        _learner.Step(_weights, _inputs, _sum, _activation, _probabilities, target, _classes);
        _average?.Tick(_weights, _inputs);
    }

    public IExpert Clone() => new MlpExpert<L>(this);

    public IPredictor Snapshot(int classes)
    {
        var average = _average?.Clone();
        average?.CatchUpAll(_weights, _inputs);
        var weights = average?.Weights ?? _weights.Clone();
        var known = Math.Max(classes, _classes);
        weights.FitClasses(known);
        BeginClasses(weights, _classes, known);
        return new MlpPredictor<L>(weights, _inputs.Clone(), _hidden, known);
    }

    public void Save(StateWriter state)
    {
        state.Write((long)_classes);
        _inputs.Save(state);
        _weights.Save(state);
        _learner.Save(state);
        _average?.Save(state);
    }

    public void Load(StateReader state)
    {
        _classes = state.ReadCount(MixtureOptions.MostClasses);
        _inputs.Load(state);
        _weights.Load(state, _inputs.Rows, _classes);
        _learner.Load(state, _inputs.Rows, _weights.Stride);
        _average?.Load(state, _inputs.Rows, _classes);
        FitBuffers();
    }

    private void Evaluate(MlpWeights w, int classes, ref float logProbabilities)
    {
        var index = _inputs.Index.AsSpan(0, _inputs.Count);
        var weight = _inputs.Weight.AsSpan(0, _inputs.Count);
        MlpLoops.SumRows<L>(w.Bias, w.Inputs, index, weight, _sum);
        MlpLoops.Output<L>(_sum, w.Outputs, _hidden, classes, _activation, _logits);
        ClassVectors.LogSoftmax<L>(
            ref MemoryMarshal.GetArrayDataReference(_logits), classes, ref logProbabilities,
            ref MemoryMarshal.GetArrayDataReference(_probabilities));
    }

    private void EnsureClasses(int classes)
    {
        if (classes <= _classes)
            return;
        var from = _classes;
        _classes = classes;
        FitClasses();
        BeginClasses(_weights, from, classes);
        _average?.TakeClasses(_weights, from);
    }

    /// <summary>Gives classes that are new their first weights.</summary>
    private void BeginClasses(MlpWeights weights, int from, int to)
    {
        var scale = 0.1f / MathF.Sqrt(_options.Hidden);
        for (var c = from; c < to; c++)
            for (var k = 0; k < _options.Hidden; k++)
                weights.Outputs[(c * _hidden) + k] =
                    scale * CounterRandom.Gaussian(_seed, SecondLayer, (ulong)((c * _hidden) + k));
    }

    /// <summary>Makes room for the classes known, without giving the new ones weights.</summary>
    private void FitClasses()
    {
        var from = _weights.Stride;
        _weights.FitClasses(_classes);
        _average?.Weights.FitClasses(_classes);
        _learner.FitClasses(_classes, from, _weights.Stride);
        FitBuffers();
    }

    private void FitBuffers()
    {
        if (_sum.Length == _weights.Stride)
            return;
        _sum = new float[_weights.Stride];
        _logits = new float[_weights.Stride - _hidden];
        _probabilities = new float[_logits.Length];
    }

    private void GrowRows(int from, int to)
    {
        _weights.FitRows(to);
        _learner.FitRows(to, _weights.Stride);
        var scale = MathF.Sqrt(2f / _inputs.FanIn);
        for (var row = from; row < to; row++)
            for (var k = 0; k < _options.Hidden; k++)
                _weights.Inputs[(row * _weights.Stride) + k] =
                    scale * CounterRandom.Gaussian(_seed, FirstLayer, (ulong)(((long)row * _hidden) + k));
        _average?.TakeRows(_weights, from, to);
    }
}

/// <summary>
/// Predicts by a network's weights. Where numbers are read as z-scores, the first layer of 32 rows is one product of
/// matrices, (32, N) · (N, S), and the rows of weights of their categories are added; sums are taken in the order of
/// <see cref="MlpLoops.SumRows{L}"/>, so that the bits
/// are those of one row at a time.
/// </summary>
internal sealed class MlpPredictor<L> : IPredictor where L : struct, ILanes<L>
{
    /// <summary>Rows of a product.</summary>
    private const int Together = Panels.Width;

    private readonly MlpWeights _weights;
    private readonly MlpInputs _inputs;
    private readonly int _hidden;
    private readonly int _classes;
    private readonly DenseInputs? _dense;
    private readonly float[] _sum;
    private readonly float[] _activation;
    private readonly float[] _logits;
    private readonly SoftmaxRows<L> _answers;

    /// <summary>A predictor of weights and inputs that no longer changes.</summary>
    public MlpPredictor(MlpWeights weights, MlpInputs inputs, int hidden, int classes)
        : this(weights, inputs, hidden, classes, inputs.IsDense ? new DenseInputs(weights, inputs.Fixed) : null)
    {
    }

    private MlpPredictor(MlpWeights weights, MlpInputs inputs, int hidden, int classes, DenseInputs? dense)
    {
        (_weights, _inputs, _hidden, _classes, _dense) = (weights, inputs, hidden, classes, dense);
        _sum = new float[weights.Stride];
        _activation = new float[hidden];
        _logits = new float[weights.Stride - hidden];
        _answers = new SoftmaxRows<L>(classes);
    }

    public void Predict(FeatureBatch batch, AnswerShape shape, ReadOnlySpan<int> rows, Span<float> answers)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(shape);
        for (var i = 0; i < rows.Length; i++)
        {
            if (_dense is null)
                SumRows(batch, rows[i]);
            else
            {
                if (i % Together == 0)
                    _dense.Multiply<L>(batch, rows[i..Math.Min(rows.Length, i + Together)]);
                _dense.Gather(i % Together, _sum);
                AddCategories(batch, rows[i]);
            }
            MlpLoops.Output<L>(_sum, _weights.Outputs, _hidden, _classes, _activation, _logits);
            _answers.Take(ref MemoryMarshal.GetArrayDataReference(_logits), i, shape, rows, answers);
        }
    }

    public IPredictor Share() =>
        new MlpPredictor<L>(_weights, _inputs.Share(), _hidden, _classes, _dense?.Share());

    private void SumRows(FeatureBatch batch, int row)
    {
        _inputs.ReadKnown(batch, row);
        MlpLoops.SumRows<L>(_weights.Bias, _weights.Inputs, _inputs.Index.AsSpan(0, _inputs.Count),
            _inputs.Weight.AsSpan(0, _inputs.Count), _sum);
    }

    /// <summary>Adds the rows of weights of a row's categories, which follow its numbers.</summary>
    private void AddCategories(FeatureBatch batch, int row)
    {
        var count = _inputs.ReadCategories(batch, row);
        for (var j = 0; j < count; j++)
            MlpLoops.Add<L>(ref MemoryMarshal.GetArrayDataReference(_sum), 1f,
                ref _weights.Inputs[_inputs.Index[j] * _weights.Stride], _weights.Stride);
    }

    /// <summary>The first layer as a matrix in panels of 32 columns, and the rows that it is multiplied with.</summary>
    private sealed class DenseInputs
    {
        private readonly int _numeric;
        private readonly int _panels;
        private readonly float[] _w;
        private readonly float[] _bias;
        private readonly float[] _x;
        private readonly float[] _sums;

        public DenseInputs(MlpWeights weights, int numeric)
        {
            _numeric = numeric;
            _panels = Panels.Padded(weights.Stride) / Panels.Width;
            _bias = new float[_panels * Panels.Width];
            weights.Bias.CopyTo(_bias, 0);
            _w = new float[_panels * numeric * Panels.Width];
            var row = new float[_bias.Length];
            for (var j = 0; j < numeric; j++)
            {
                weights.Inputs.AsSpan(j * weights.Stride, weights.Stride).CopyTo(row);
                Panels.Scatter(row, _w, numeric, j);
            }
            (_x, _sums) = Buffers();
        }

        private DenseInputs(DenseInputs other)
        {
            (_numeric, _panels, _w, _bias) = (other._numeric, other._panels, other._w, other._bias);
            (_x, _sums) = Buffers();
        }

        public DenseInputs Share() => new(this);

        /// <summary>Sums (rows, S) = bias + z W.</summary>
        public void Multiply<T>(FeatureBatch batch, ReadOnlySpan<int> rows) where T : struct, ILanes<T>
        {
            for (var i = 0; i < rows.Length; i++)
                for (var j = 0; j < _numeric; j += Panels.Width)
                    batch.Z.AsSpan((rows[i] * _numeric) + j, Math.Min(Panels.Width, _numeric - j))
                        .CopyTo(_x.AsSpan(Panels.Place(Together, i, j)));
            ref var w = ref MemoryMarshal.GetArrayDataReference(_w);
            for (var panel = 0; panel < _panels; panel++)
                PanelProduct.Panel<T, ByRows>(
                    ref _x[0], Together * Panels.Width,
                    ref Unsafe.Add(ref w, panel * _numeric * Panels.Width), _numeric,
                    ref _bias[panel * Panels.Width], ref _sums[panel * Together * Panels.Width], rows.Length);
        }

        /// <summary>Copies one row's sums (S).</summary>
        public void Gather(int row, float[] sums)
        {
            for (var k = 0; k < sums.Length; k += Panels.Width)
                _sums.AsSpan(Panels.Place(Together, row, k), Math.Min(Panels.Width, sums.Length - k))
                    .CopyTo(sums.AsSpan(k));
        }

        private (float[] X, float[] Sums) Buffers() => (
            new float[Together * Math.Max(Panels.Width, Panels.Padded(_numeric))], new float[Together * _bias.Length]);
    }
}
