using ILGPU;

namespace MoE.Compute.Kernels.Mlp;

/// <summary>From what a row touches to logits.</summary>
internal static class MlpForward
{
    /// <summary>Computes activations and logits by a block of weights.</summary>
    public static void Run(MlpShape shape, ArrayView<float> weights, MlpShared shared, int classes)
    {
        for (var k = Group.IdxX; k < shape.Stride; k += Group.DimX)
        {
            var sum = weights[shape.Bias + k];
            for (var j = 0; j < shape.Touched; j++)
                if (shared.Index[j] >= 0)
                    sum += shared.Weight[j] * weights[(shared.Index[j] * shape.Stride) + k];
            if (k < shape.Hidden)
                shared.Activation[k] = IntrinsicMath.Max(sum, 0f);
            else
                shared.Logits[k - shape.Hidden] = sum;
        }
        for (var first = 0; first < classes; first += MlpShared.ClassesAtOnce)
            AddHidden(shape, weights, shared, first, IntrinsicMath.Min(classes - first, MlpShared.ClassesAtOnce));
    }

    private static void AddHidden(
        MlpShape shape, ArrayView<float> weights, MlpShared shared, int first, int count)
    {
        for (var c = 0; c < count; c++)
        {
            var dot = 0f;
            for (var k = Group.IdxX; k < shape.Hidden; k += Group.DimX)
                dot += weights[shape.Outputs + ((first + c) * shape.Hidden) + k] * shared.Activation[k];
            shared.Partial[(c * Group.DimX) + Group.IdxX] = dot;
        }
        Group.Barrier();
        // one thread would be long about the sums of all: they are summed in some, then those
        var parts = shared.Parts;
        for (var i = Group.IdxX; i < count * parts; i += Group.DimX)
        {
            var (c, part) = (i / parts, i % parts);
            var sum = 0f;
            for (var thread = part; thread < Group.DimX; thread += parts)
                sum += shared.Partial[(c * Group.DimX) + thread];
            shared.PartSum[i] = sum;
        }
        Group.Barrier();
        for (var c = Group.IdxX; c < count; c += Group.DimX)
        {
            var logit = shared.Logits[first + c];
            for (var part = 0; part < parts; part++)
                logit += shared.PartSum[(c * parts) + part];
            shared.Logits[first + c] = logit;
        }
        Group.Barrier();
    }
}
