using ILGPU;

namespace MoE.Compute.Kernels.Arithmetic;

/// <summary>
/// Arithmetic of one thread group over the classes of one row. Every thread of the group must call these together;
/// each sum is taken in the order of its items, whatever the size of the group.
/// </summary>
internal static class GroupRows
{
    /// <summary>
    /// log softmax of the first classes of <paramref name="logits"/> into <paramref name="answer"/>, as far as it has
    /// room, and its exponential into <paramref name="probabilities"/>; <paramref name="powers"/> is room for as many.
    /// </summary>
    public static void LogSoftmax(
        ArrayView<float> logits, int classes, ArrayView<float> powers, ArrayView<float> probabilities,
        ArrayView<float> answer)
    {
        var top = -1e30f;
        for (var c = 0; c < classes; c++)
            top = IntrinsicMath.Max(top, logits[c]);
        for (var c = Group.IdxX; c < classes; c += Group.DimX)
        {
            var lowered = logits[c] - top;
            powers[c] = lowered + 80f > 0f ? DeviceMath.Exp(lowered) : 0f;
        }
        Group.Barrier();
        var total = 0f;
        for (var c = 0; c < classes; c++)
            total += powers[c];
        var (scale, log) = (1f / total, DeviceMath.Log(total));
        for (var c = Group.IdxX; c < classes; c += Group.DimX)
        {
            if (c < answer.IntLength)                        // an expert may know more classes than the batch
                answer[c] = logits[c] - top - log;
            probabilities[c] = powers[c] * scale;
        }
        Group.Barrier();
    }

    /// <summary>
    /// Turns an answer about the first classes into one about all that the row knows, as
    /// <see cref="Simd.ClassRows.Spread"/>.
    /// </summary>
    public static void Spread(ArrayView<float> answer, int classes, int known)
    {
        var (few, even) = (IntrinsicMath.Min(classes, known), DeviceMath.Log(1f / IntrinsicMath.Max(1, known)));
        var share = classes < known ? DeviceMath.Log((float)IntrinsicMath.Max(1, classes) / known) : 0f;
        for (var c = Group.IdxX; c < known; c += Group.DimX)
            answer[c] = c < few ? answer[c] + share : even;
        Group.Barrier();
    }
}
