using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MoE.Compute.Encoding;
using MoE.Compute.Numerics;

namespace MoE.Compute.Experts;

/// <summary>
/// Turns rows of logits into answers. With up to 8 classes, 16 rows are done at once, a lane each: sums are taken in
/// the order of <see cref="ClassVectors.LogSoftmax{L}"/>, so that the bits are those of one row at a time.
/// </summary>
/// <param name="classes">Classes that the logits are of.</param>
internal sealed class SoftmaxRows<L>(int classes) where L : struct, ILanes<L>
{
    private const int Block = ClassVectors.Block;
    private const int Few = 8;

    private readonly float[] _lanes = new float[Math.Min(classes, Few) * Block];
    private readonly float[] _row = new float[ClassVectors.Padded(Math.Max(classes, 1))];
    private readonly float[] _probabilities = new float[ClassVectors.Padded(Math.Max(classes, 1))];

    /// <summary>Takes the logits of one of the rows; rows come in their order, to the last.</summary>
    /// <param name="logits">The logits, padded to whole blocks.</param>
    /// <param name="i">Which of the rows.</param>
    /// <param name="shape">The classes known before each row.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="answers">Out: log-probabilities (rows, stride).</param>
    public void Take(ref float logits, int i, AnswerShape shape, ReadOnlySpan<int> rows, Span<float> answers)
    {
        if (classes is 0 or > Few)
        {
            ref var row = ref MemoryMarshal.GetArrayDataReference(_row);
            ClassVectors.LogSoftmax<L>(
                ref logits, classes, ref row, ref MemoryMarshal.GetArrayDataReference(_probabilities));
            Give(i, shape, rows, answers);
            return;
        }
        var lane = i % Block;
        for (var c = 0; c < classes; c++)
            _lanes[(c * Block) + lane] = Unsafe.Add(ref logits, c);
        if (lane < Block - 1 && i < rows.Length - 1)
            return;
        LogSoftmax();
        for (var at = i - lane; at <= i; at++)
        {
            for (var c = 0; c < classes; c++)
                _row[c] = _lanes[(c * Block) + (at % Block)];
            Give(at, shape, rows, answers);
        }
    }

    private void Give(int i, AnswerShape shape, ReadOnlySpan<int> rows, Span<float> answers) => ClassVectors.Spread(
        _row, classes, shape.KnownClasses[rows[i]], answers.Slice(i * shape.Stride, shape.Stride));

    private void LogSoftmax()
    {
        ref var x = ref MemoryMarshal.GetArrayDataReference(_lanes);
        var top = L.Load(ref x, 0);
        for (var c = 1; c < classes; c++)
            top = L.Max(top, L.Load(ref x, (nuint)(c * Block)));
        // halves are added until one is left: class c with c + 4, then with c + 2, then with c + 1
        var (s0, s1, s2, s3) = (Exp(ref x, 0, top), Exp(ref x, 1, top), Exp(ref x, 2, top), Exp(ref x, 3, top));
        if (classes > Few / 2)
        {
            (s0, s1) = (s0 + Exp(ref x, 4, top), s1 + Exp(ref x, 5, top));
            (s2, s3) = (s2 + Exp(ref x, 6, top), s3 + Exp(ref x, 7, top));
        }
        var log = FastMath.Log(s0 + s2 + (s1 + s3));
        for (var c = 0; c < classes; c++)
            (L.Load(ref x, (nuint)(c * Block)) - top - log).Store(ref x, (nuint)(c * Block));
    }

    private L Exp(ref float x, int c, L top)
    {
        if (c >= classes)
            return L.Broadcast(0f);
        var lowered = L.Load(ref x, (nuint)(c * Block)) - top;
        return L.MaskPositive(lowered + L.Broadcast(80f), FastMath.Exp(lowered));
    }
}
