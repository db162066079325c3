using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MoE.Compute.Data;
using MoE.Compute.Encoding;
using MoE.Compute.Files;
using MoE.Compute.Simd;

namespace MoE.Compute.Experts.Cross;

/// <summary>
/// logits (C) = Σ of the table's rows that the row touches, learned by cross-entropy with Adagrad (Duchi et al. 2011):
/// V += g², W -= rate · g / √(V + 1). A pairwise additive model, as Vowpal Wabbit's quadratic features.
/// A row of the table is S weights W, then S sums V; S is 4, 8 or a multiple of 16.
/// </summary>
internal sealed class CrossExpert<L> : IExpert where L : struct, ILanes<L>
{
    private readonly CrossOptions _options;
    private readonly CrossKeys _keys;
    private float[] _table;
    private float[] _logits = [];
    private float[] _gradient = [];
    private float[] _probabilities = [];
    private int _stride = 4;
    private int _classes;

    public CrossExpert(CrossOptions options, Schema schema, ulong seed)
    {
        _options = options;
        _keys = new CrossKeys(options, schema.Numeric, schema.Categorical, seed);
        _table = new float[(1 << options.Bits) * 2 * _stride];
        FitBuffers();
    }

    public int Heads => 1;

    public void Predict(EncodedBatch batch, int row, Span<float> logProbabilities)
    {
        Know(batch.Known[row]);
        _keys.Read(batch, row);
        Forward(ref MemoryMarshal.GetReference(logProbabilities));
    }

    public void Learn(EncodedBatch batch, int row)
    {
        var y = batch.Targets[row];
        if (y >= _classes)
        {
            Know(y + 1);
            Forward(ref MemoryMarshal.GetArrayDataReference(_logits));
        }
        Array.Copy(_probabilities, _gradient, _classes);
        _gradient[y] -= 1f;
        switch (_stride)
        {
            case 4: Descend<Lanes4>(); break;
            case 8: Descend<Lanes8>(); break;
            default: Descend<L>(); break;
        }
    }

    public void Save(StateWriter state)
    {
        state.Write((long)_classes);
        state.Write((long)_stride);
        state.WriteSparse(_table);
    }

    public void Load(StateReader state)
    {
        (_classes, _stride, _table) = (state.ReadCount(), state.ReadCount(), state.ReadSparse());
        FitBuffers();
    }

    private void Forward(ref float logProbabilities)
    {
        switch (_stride)
        {
            case 4: SumRows<Lanes4>(); break;
            case 8: SumRows<Lanes8>(); break;
            default: SumRows<L>(); break;
        }
        ref var logits = ref MemoryMarshal.GetArrayDataReference(_logits);
        ClassRows.LogSoftmax<L>(
            ref logits, _classes, ref logProbabilities, ref MemoryMarshal.GetArrayDataReference(_probabilities));
    }

    private void SumRows<R>() where R : struct, ILanes<R>
    {
        ref var table = ref MemoryMarshal.GetArrayDataReference(_table);
        ref var logits = ref MemoryMarshal.GetArrayDataReference(_logits);
        var rows = _keys.Rows;
        for (var k = 0; k < _stride; k += R.Count)
        {
            var (even, odd) = (R.Fill(0f), R.Fill(0f));
            var i = 0;
            for (; i + 1 < rows.Length; i += 2)
            {
                even += R.Load(ref table, (nuint)((rows[i] * 2 * _stride) + k));
                odd += R.Load(ref table, (nuint)((rows[i + 1] * 2 * _stride) + k));
            }
            if (i < rows.Length)
                even += R.Load(ref table, (nuint)((rows[i] * 2 * _stride) + k));
            (even + odd).Store(ref logits, (nuint)k);
        }
    }

    private void Descend<R>() where R : struct, ILanes<R>
    {
        ref var table = ref MemoryMarshal.GetArrayDataReference(_table);
        ref var gradient = ref MemoryMarshal.GetArrayDataReference(_gradient);
        for (var k = 0; k < _stride; k += R.Count)
        {
            var g = R.Load(ref gradient, (nuint)k);
            var (square, step) = (g * g, R.Fill(_options.Rate) * g);
            foreach (var row in _keys.Rows)
            {
                ref var w = ref Unsafe.Add(ref table, (row * 2 * _stride) + k);
                var v = R.Load(ref w, (nuint)_stride) + square;
                v.Store(ref w, (nuint)_stride);
                (R.Load(ref w, 0) - (step / R.Sqrt(v + R.Fill(1f)))).Store(ref w, 0);
            }
        }
    }

    private void Know(int classes)
    {
        if (classes <= _classes)
            return;
        _classes = classes;
        var stride = classes switch { <= 4 => 4, <= 8 => 8, _ => ClassRows.Padded(classes) };
        if (stride == _stride)
            return;
        _table = Rows.Widen(_table, _stride, stride);
        _stride = stride;
        FitBuffers();
    }

    private void FitBuffers()
    {
        var length = ClassRows.Padded(_stride);
        (_logits, _gradient, _probabilities) = (new float[length], new float[length], new float[length]);
    }
}
