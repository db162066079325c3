using ILGPU;
using MoE.Compute.Experts.Memory;
using MoE.Compute.Kernels.Arithmetic;
using MoE.Compute.Simd;

namespace MoE.Compute.Kernels.Memory;

/// <summary>
/// The votes of the neighbours, of the nearest in the first head and of all in the second; a thread counts those for
/// one class in one head, in the order of the neighbours.
/// </summary>
internal static class MemoryVotes
{
    private const int Heads = 2;

    /// <summary>Both heads' answers where there is no neighbour.</summary>
    public static void Even(int classes, ArrayView<float> answer)
    {
        var stride = answer.IntLength / Heads;
        for (var c = Group.IdxX; c < classes; c += Group.DimX)
        {
            answer[c] = DeviceMath.Log(1f / classes);
            answer[stride + c] = DeviceMath.Log(1f / classes);
        }
    }

    /// <summary>weight[head, i] = exp(scale · (d_i - d_0)) of the first k neighbours.</summary>
    public static void Weigh(MemoryShape shape, MemoryShared shared, int k)
    {
        var near = IntrinsicMath.Min(shape.Near, k);
        var least = shared.NeighbourDistances[0];
        var narrow = MemoryRule.Scale(shared.NeighbourDistances[near - 1]);
        var scale = MemoryRule.Scale(shared.NeighbourDistances[k - 1]);
        for (var i = Group.IdxX; i < k; i += Group.DimX)
        {
            var further = shared.NeighbourDistances[i] - least;
            if (i < near)
                shared.Weights[i] = DeviceMath.Exp(further * narrow);
            shared.Weights[shape.Wide + i] = DeviceMath.Exp(further * scale);
        }
        Group.Barrier();
    }

    /// <summary>answer[head, c] = ln (0.98 · votes / all votes + 0.02 / C).</summary>
    public static void Count(MemoryShape shape, MemoryShared shared, int k, int classes, ArrayView<float> answer)
    {
        var (stride, counted) = (answer.IntLength / Heads, ClassRows.Padded(classes));
        for (var i = Group.IdxX; i < Heads * classes; i += Group.DimX)
        {
            var head = i < classes ? 0 : 1;
            var (c, voters) = (i - (head * classes), head == 0 ? IntrinsicMath.Min(shape.Near, k) : k);
            var (votes, all) = (0f, 0f);
            for (var voter = 0; voter < voters; voter++)
            {
                var (label, weight) = (shared.NeighbourLabels[voter], shared.Weights[(head * shape.Wide) + voter]);
                votes += label == c ? weight : 0f;
                all += label < counted ? weight : 0f;
            }
            var share = (1f - MemoryRule.Doubt) / all * votes;
            answer[(head * stride) + c] = DeviceMath.Log(share + (MemoryRule.Doubt / classes));
        }
    }
}
