using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MoE.Compute.Data;
using MoE.Compute.Encoding;
using MoE.Compute.Files;
using MoE.Compute.Numerics;

namespace MoE.Compute.Experts.Cross;

/// <summary>
/// logits (C) = Σ of the table's entries that the row touches, learned by cross-entropy with Adagrad (Duchi et al.
/// 2011): V += g², W -= rate · g / √(V + 1). A pairwise additive model, as Vowpal Wabbit's quadratic features.
/// </summary>
/// <remarks>
/// The definition: <see cref="Gpu.CrossKernel"/> computes it on a device, and the tests' CrossReference in doubles.
/// </remarks>
internal sealed class CrossExpert<L> : IExpert where L : struct, ILanes<L>
{
    private readonly CrossOptions _options;
    private readonly CrossKeys _keys;
    private readonly CrossTable _table;
    private readonly int[] _places;
    private float[] _logits = [];
    private float[] _gradient = [];
    private float[] _probabilities = [];
    private int _classes;

    public CrossExpert(CrossOptions options, Schema schema, ulong seed)
    {
        _options = options;
        _keys = new CrossKeys(options, schema.Numeric, schema.Categorical, seed);
        _table = new CrossTable(1 << options.Bits);
        _places = new int[_keys.Keys.Length];
        FitBuffers();
    }

    private CrossExpert(CrossExpert<L> parent)
    {
        (_options, _classes) = (parent._options, parent._classes);
        _keys = parent._keys.Clone();
        _table = parent._table.Clone();
        _places = new int[parent._places.Length];
        FitBuffers();
    }

    public int Heads => 1;

    public void Forward(FeatureBatch batch, int row, int classes, Span<float> logProbabilities)
    {
        EnsureClasses(classes);
        _keys.Read(batch, row);
        Locate();
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
        _keys.Read(batch, row);
        _table.FitNothing();
        for (var i = 0; i < _places.Length; i++)
            _places[i] = _table.FindPlaceOf(_keys.Keys[i]);
        Evaluate(ref MemoryMarshal.GetArrayDataReference(_logits));
        ClassVectors.Spread(_logits, _classes, classes, logProbabilities);
    }

    public void Flush()
    {
        // nothing is ever put off
    }

    public void AddNoise(float deviation, ulong seed) => _table.AddNoise(deviation, seed, _classes);

    public void Learn(int target)
    {
        if (target >= _classes)
        {
            EnsureClasses(target + 1);
            Locate();
            Evaluate(ref MemoryMarshal.GetArrayDataReference(_logits));
        }
        Array.Copy(_probabilities, _gradient, _classes);
        _gradient[target] -= 1f;
        switch (_table.Stride)
        {
            case 4: Descend<Lanes4>(); break;
            case 8: Descend<Lanes8>(); break;
            default: Descend<L>(); break;
        }
    }

    public IExpert Clone() => new CrossExpert<L>(this);

    public IPredictor Snapshot(int classes)
    {
        var (table, known) = (_table.Clone(), Math.Max(classes, _classes));
        if (NarrowVectors.Stride(known) is var stride && stride != table.Stride)
            table.Widen(stride);
        table.FitNothing();
        return new CrossPredictor<L>(_keys.Clone(), table, known);
    }

    public void Save(StateWriter state)
    {
        state.Write((long)_classes);
        _table.Save(state);
    }

    public void Load(StateReader state)
    {
        _classes = state.ReadCount(MixtureOptions.MostClasses);
        _table.Load(state, NarrowVectors.Stride(_classes));
        FitBuffers();
    }

    private void Locate() => _table.PlacesOf(_keys.Keys, _places);

    private void Evaluate(ref float logProbabilities)
    {
        NarrowVectors.Sum<L>(ref _table.Entries, _places, _table.Stride, _logits);
        ref var logits = ref MemoryMarshal.GetArrayDataReference(_logits);
        ClassVectors.LogSoftmax<L>(
            ref logits, _classes, ref logProbabilities, ref MemoryMarshal.GetArrayDataReference(_probabilities));
    }

    private void Descend<R>() where R : struct, ILanes<R>
    {
        ref var table = ref _table.Entries;
        ref var gradient = ref MemoryMarshal.GetArrayDataReference(_gradient);
        var stride = (nuint)_table.Stride;
        for (var k = 0; k < _table.Stride; k += R.Count)
        {
            var g = R.Load(ref gradient, (nuint)k);
            var (square, step) = (g * g, R.Broadcast(_options.Rate) * g);
            foreach (var place in _places)
            {
                ref var w = ref Unsafe.Add(ref table, place + k);
                var v = R.Load(ref w, stride) + square;
                v.Store(ref w, stride);
                (R.Load(ref w, 0) - (step / R.Sqrt(v + R.Broadcast(1f)))).Store(ref w, 0);
            }
        }
    }

    private void EnsureClasses(int classes)
    {
        if (classes <= _classes)
            return;
        _classes = classes;
        var stride = NarrowVectors.Stride(classes);
        if (stride == _table.Stride)
            return;
        _table.Widen(stride);
        FitBuffers();
    }

    private void FitBuffers()
    {
        var length = ClassVectors.Padded(_table.Stride);
        (_logits, _gradient, _probabilities) = (new float[length], new float[length], new float[length]);
    }
}

/// <summary>Predicts by a table that no longer changes; what it has no entry for adds nothing.</summary>
internal sealed class CrossPredictor<L>(CrossKeys keys, CrossTable table, int classes) : IPredictor
    where L : struct, ILanes<L>
{
    private readonly int[] _places = new int[keys.Keys.Length];
    private readonly float[] _logits = new float[ClassVectors.Padded(table.Stride)];
    private readonly SoftmaxRows<L> _answers = new(classes);

    public void Predict(FeatureBatch batch, AnswerShape shape, ReadOnlySpan<int> rows, Span<float> answers)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(shape);
        for (var i = 0; i < rows.Length; i++)
        {
            keys.ReadKnown(batch, rows[i]);
            for (var k = 0; k < _places.Length; k++)
                _places[k] = table.FindPlaceOf(keys.Keys[k]);
            NarrowVectors.Sum<L>(ref table.Entries, _places, table.Stride, _logits);
            _answers.Take(ref _logits[0], i, shape, rows, answers);
        }
    }

    public IPredictor Share() => new CrossPredictor<L>(keys.Clone(), table, classes);
}
