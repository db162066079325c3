using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MoE.Compute.Data;
using MoE.Compute.Encoding;
using MoE.Compute.Files;
using MoE.Compute.Numerics;

namespace MoE.Compute.Experts.Fern;

/// <summary>
/// logits (C) = Σ_f W[f, leaf of f] (C), learned by cross-entropy with one Adagrad scale per leaf that forgets:
/// V = 0.999 V + |g|², W -= rate · g / √(V + 0.1). Ferns as in Özuysal et al. 2010, with learned leaves.
/// A leaf is S floats: V, then its C weights; S is 4, 8 or a multiple of 16.
/// </summary>
/// <remarks>
/// The definition: <see cref="Gpu.FernKernel"/> computes it on a device, and the tests' FernReference in doubles.
/// </remarks>
internal sealed class FernExpert<L> : IExpert where L : struct, ILanes<L>
{
    private readonly FernOptions _options;
    private readonly FernSplits _tests;
    private readonly int[] _leaf;
    private readonly float[] _scale;
    private AlignedFloats _leaves;
    private float[] _logits = [];
    private float[] _gradient = [];
    private float[] _probabilities = [];
    private int _stride = 4;
    private int _classes;

    public FernExpert(FernOptions options, Schema schema, ulong seed)
    {
        _options = options;
        _tests = new FernSplits(options, schema.Numeric, schema.Categorical, seed);
        _leaf = new int[options.Count];
        _scale = new float[ClassVectors.Padded(options.Count)];
        FitBuffers();
    }

    private FernExpert(FernExpert<L> parent)
    {
        (_options, _stride, _classes) = (parent._options, parent._stride, parent._classes);
        _tests = parent._tests.Clone();
        _leaf = new int[parent._leaf.Length];
        _scale = new float[parent._scale.Length];
        _leaves = parent._leaves.Clone();
        FitBuffers();
    }

    public int Heads => 1;

    public void Forward(FeatureBatch batch, int row, int classes, Span<float> logProbabilities)
    {
        EnsureClasses(classes);
        Locate(batch, row);
        if (_classes <= logProbabilities.Length)
            Evaluate(ref MemoryMarshal.GetReference(logProbabilities));
        else
        {
            Evaluate(ref MemoryMarshal.GetArrayDataReference(_logits));
            ClassVectors.CopyKnown(_logits, logProbabilities);
        }
    }

    public void Predict(FeatureBatch batch, int row, int classes, Span<float> logProbabilities)
    {
        Locate(batch, row);
        Evaluate(ref MemoryMarshal.GetArrayDataReference(_logits));
        ClassVectors.Spread(_logits, _classes, classes, logProbabilities);
    }

    public void Flush()
    {
        // nothing is ever put off
    }

    public void AddNoise(float deviation, ulong seed)
    {
        var leaves = _leaves.Span;
        for (var at = 0; at < leaves.Length; at += _stride)
            if (leaves[at] > 0f)
                for (var c = 0; c < _classes; c++)
                    leaves[at + 1 + c] += deviation * CounterRandom.Gaussian(seed, (ulong)(at / _stride), (ulong)c);
    }

    public void Learn(int target)
    {
        if (target >= _classes)
        {
            Array.ConvertAll(_leaf, at => at / _stride).CopyTo(_leaf, 0);
            EnsureClasses(target + 1);
            Array.ConvertAll(_leaf, at => at * _stride).CopyTo(_leaf, 0);
            Evaluate(ref MemoryMarshal.GetArrayDataReference(_logits));
        }
        var norm = 0f;
        for (var c = 0; c < _classes; c++)
        {
            var g = _probabilities[c] - (c == target ? 1f : 0f);
            _gradient[c + 1] = g;
            norm += g * g;
        }
        Scale(norm);
        switch (_stride)
        {
            case 4: Descend<Lanes4>(norm); break;
            case 8: Descend<Lanes8>(norm); break;
            default: Descend<L>(norm); break;
        }
    }

    public IExpert Clone() => new FernExpert<L>(this);

    public IPredictor Snapshot(int classes)
    {
        FitLeaves();
        var known = Math.Max(classes, _classes);
        var stride = NarrowVectors.Stride(known + 1);
        var leaves = stride == _stride ? _leaves.Clone() : RowLayout.Widen(_leaves, _stride, stride);
        return new FernPredictor<L>(_tests.Clone(), leaves, _leaf.Length, stride, known);
    }

    public void Save(StateWriter state)
    {
        FitLeaves();
        state.Write((long)_classes);
        state.Write((long)_stride);
        state.WriteSparse(_leaves.Span);
    }

    public void Load(StateReader state)
    {
        _classes = state.ReadCount(MixtureOptions.MostClasses);
        _stride = NarrowVectors.Stride(_classes + 1);
        state.ReadStride(_stride);
        _leaves = state.ReadAlignedSparse(((long)_options.Count << _options.Depth) * _stride);
        FitBuffers();
    }

    /// <summary>Where the row's leaves begin.</summary>
    private void Locate(FeatureBatch batch, int row)
    {
        FitLeaves();
        _tests.Leaves(batch, row, _stride, _leaf);
    }

    /// <summary>Sums the leaves into _logits (S), and takes their V into _scale.</summary>
    private void Evaluate(ref float logProbabilities)
    {
        NarrowVectors.Sum<L>(ref _leaves.First, _leaf, _stride, _logits);
        ref var leaves = ref _leaves.First;
        for (var f = 0; f < _leaf.Length; f++)
            _scale[f] = Unsafe.Add(ref leaves, _leaf[f]);
        ClassVectors.LogSoftmax<L>(
            ref _logits[1], _classes, ref logProbabilities, ref MemoryMarshal.GetArrayDataReference(_probabilities));
    }

    /// <summary>_scale[f]: from V to -rate / √(0.999 V + |g|² + 0.1).</summary>
    private void Scale(float norm)
    {
        ref var scale = ref MemoryMarshal.GetArrayDataReference(_scale);
        for (nuint f = 0; f < (nuint)_scale.Length; f += ClassVectors.Block)
        {
            var v = L.MultiplyAdd(L.Load(ref scale, f), L.Broadcast(FernRule.Forget), L.Broadcast(norm));
            (L.Broadcast(-_options.Rate) / L.Sqrt(v + L.Broadcast(FernRule.Ridge))).Store(ref scale, f);
        }
    }

    private void Descend<R>(float norm) where R : struct, ILanes<R>
    {
        ref var leaves = ref _leaves.First;
        ref var gradient = ref MemoryMarshal.GetArrayDataReference(_gradient);
        ref var places = ref MemoryMarshal.GetArrayDataReference(_leaf);
        ref var scales = ref MemoryMarshal.GetArrayDataReference(_scale);
        var (forget, more, first) = (R.Broadcast(FernRule.Forget), R.Broadcast(norm), R.Load(ref gradient, 0));
        for (var f = 0; f < _leaf.Length; f++)
        {
            ref var leaf = ref Unsafe.Add(ref leaves, Unsafe.Add(ref places, f));
            var scale = R.Broadcast(Unsafe.Add(ref scales, f));
            // V is written with the weights beside it: what was stored in two parts is long in coming back as a whole
            var row = R.Load(ref leaf, 0);
            R.FirstOf(R.MultiplyAdd(row, forget, more), R.MultiplyAdd(scale, first, row)).Store(ref leaf, 0);
            for (var k = (nuint)R.Count; k < (nuint)_stride; k += (nuint)R.Count)
                R.MultiplyAdd(scale, R.Load(ref gradient, k), R.Load(ref leaf, k)).Store(ref leaf, k);
        }
    }

    /// <summary>Makes the leaves if nothing was loaded: an expert that returns to an image needs none.</summary>
    private void FitLeaves()
    {
        if (_leaves.Length == 0)
            _leaves = new AlignedFloats((_options.Count << _options.Depth) * _stride);
    }

    private void EnsureClasses(int classes)
    {
        if (classes <= _classes)
            return;
        _classes = classes;
        var stride = NarrowVectors.Stride(classes + 1);
        if (stride == _stride)
            return;
        _leaves = RowLayout.Widen(_leaves, _stride, stride);
        _stride = stride;
        FitBuffers();
    }

    private void FitBuffers()
    {
        var length = ClassVectors.Padded(_stride) + ClassVectors.Block;
        (_logits, _gradient, _probabilities) = (new float[length], new float[length], new float[length]);
    }
}

/// <summary>
/// Predicts by leaves that no longer changes. Rows do not wait for each other: the leaves of the next one are on
/// their way from memory while one is summed.
/// </summary>
internal sealed class FernPredictor<L>(FernSplits tests, AlignedFloats leaves, int count, int stride, int classes)
    : IPredictor where L : struct, ILanes<L>
{
    private readonly int[] _leaf = new int[count];
    private readonly float[] _logits = new float[ClassVectors.Padded(stride) + ClassVectors.Block];
    private readonly SoftmaxRows<L> _answers = new(classes);

    public void Predict(FeatureBatch batch, AnswerShape shape, ReadOnlySpan<int> rows, Span<float> answers)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(shape);
        for (var i = 0; i < rows.Length; i++)
        {
            tests.Leaves(batch, rows[i], stride, _leaf);
            NarrowVectors.Sum<L>(ref leaves.First, _leaf, stride, _logits);
            _answers.Take(ref _logits[1], i, shape, rows, answers);
        }
    }

    public IPredictor Share() => new FernPredictor<L>(tests.Clone(), leaves, count, stride, classes);
}
