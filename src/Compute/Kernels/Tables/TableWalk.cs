using ILGPU;
using MoE.Compute.Kernels.Arithmetic;
using MoE.Compute.Kernels.Launches;

namespace MoE.Compute.Kernels.Tables;

/// <summary>What the walks through tables have in common; every thread of the group must call these together.</summary>
internal static class TableWalk
{
    /// <summary>
    /// Rows whose places are found at once, ahead of the walk, for no row's places depend on what was learned.
    /// </summary>
    public const int RowsAhead = 16;

    /// <summary>Where the answer to the i-th row of a step goes.</summary>
    public static ArrayView<float> AnswerTo(WalkView view, WalkStep step, int i) => view.Answers.SubView(
        step.Answer + ((long)i * view.Batch.ClassStride), view.Batch.ClassStride);

    /// <summary>Probabilities of the first classes, and as many logarithms as the answer has room for.</summary>
    public static void Softmax(TableShared shared, int classes, ArrayView<float> answer)
    {
        Softmax(shared, classes);
        var room = IntrinsicMath.Min(classes, answer.IntLength);
        for (var c = Group.IdxX; c < room; c += Group.DimX)
            answer[c] = shared.Logs[c];
    }

    /// <summary>Classes become known that no row of the table has a weight of yet: their logits are 0.</summary>
    public static void Widen(TableShared shared, int known, int classes)
    {
        for (var c = known + Group.IdxX; c < classes; c += Group.DimX)
            shared.Logits[c] = 0f;
        Group.Barrier();
        Softmax(shared, classes);
    }

    private static void Softmax(TableShared shared, int classes) =>
        GroupRows.LogSoftmax(shared.Logits, classes, shared.Powers, shared.Probabilities, shared.Logs);
}
