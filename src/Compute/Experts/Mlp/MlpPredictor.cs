using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MoE.Compute.Encoding;
using MoE.Compute.Numerics;
using MoE.Compute.Numerics.Matrices;

namespace MoE.Compute.Experts.Mlp;

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

    /// <summary>A predictor of weights and inputs that nobody changes any more.</summary>
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

    /// <summary>Adds the rows of weights of a row's categories, which come behind its numbers.</summary>
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
