using System.Runtime.InteropServices;
using MoE.Compute.Encoding;
using MoE.Compute.Simd;

namespace MoE.Compute.Experts.Fern;

/// <summary>
/// Predicts by leaves that nobody changes any more: the rows' leaves are found first, then summed, so that the next
/// row's are on their way from memory while one is summed.
/// </summary>
internal sealed class FernPredictor<L>(FernTests tests, AlignedFloats leaves, int count, int stride, int classes)
    : IPredictor where L : struct, ILanes<L>
{
    private readonly int[] _leaf = new int[count];
    private readonly float[] _logits = new float[ClassRows.Padded(stride) + ClassRows.Block];
    private readonly float[] _probabilities = new float[ClassRows.Padded(stride) + ClassRows.Block];

    public void Predict(EncodedBatch batch, ReadOnlySpan<int> rows, Span<float> answers)
    {
        ArgumentNullException.ThrowIfNull(batch);
        for (var i = 0; i < rows.Length; i++)
        {
            tests.Leaves(batch, rows[i], stride, _leaf);
            NarrowRows.Sum<L>(ref leaves.First, _leaf, stride, _logits);
            ref var logits = ref _logits[1];
            ClassRows.LogSoftmax<L>(
                ref logits, classes, ref logits, ref MemoryMarshal.GetArrayDataReference(_probabilities));
            ClassRows.Spread(
                _logits.AsSpan(1), classes, batch.Known[rows[i]], answers.Slice(i * batch.ClassStride, batch.ClassStride));
        }
    }

    public IPredictor Share() => new FernPredictor<L>(tests.Clone(), leaves, count, stride, classes);
}
