using ILGPU;
using ILGPU.Runtime;

namespace MoE.Compute.Gpu.Arithmetic;

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
    /// <see cref="Numerics.ClassVectors.Spread"/>.
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

/// <summary>The memory that the threads of a group share, as large as the launch asks for in floats.</summary>
internal static class GroupMemory
{
    private const int Alignment = 16;

    /// <summary>
    /// All of it as items of 16 bytes, which one instruction reads: every device begins it at a multiple of that.
    /// </summary>
    /// <remarks>ILGPU writes OpenCL that does not compile where structures are asked for outright.</remarks>
    public static ArrayView<T> Of<T>() where T : unmanaged =>
        SharedMemory.GetDynamic<float>().AsAligned(Alignment).Cast<T>();
}
