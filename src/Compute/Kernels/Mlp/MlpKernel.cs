using ILGPU;
using MoE.Compute.Kernels.Arithmetic;
using MoE.Compute.Kernels.Launches;

namespace MoE.Compute.Kernels.Mlp;

/// <summary>
/// <see cref="Experts.Mlp.MlpExpert{L}"/> as a kernel: one thread group takes one network through its rows. A thread
/// owns every unit k, k + threads, ... of all layers, so that only sums over units cross threads.
/// </summary>
internal static class MlpKernel
{
    /// <summary>Does one step per group.</summary>
    public static void Walk(MlpShape shape, WalkView view)
    {
        var step = view.Steps[Grid.IdxX];
        var slot = MlpSlotView.Of(shape, view, step.Slot);
        var shared = MlpShared.Of(shape);
        var state = MlpState.Load(shape, slot);
        if (step.Learns == 0)
            MlpAveraging.CatchUpAll(shape, slot, state);
        for (var i = 0; i < step.Rows; i++)
        {
            var row = view.Rows[step.FirstRow + i];
            var stride = view.Batch.ClassStride;
            var answer = view.Answers.SubView(step.Answer + ((long)i * stride), stride);
            if (step.Learns == 0)
                Answer(shape, view.Batch, slot, shared, ref state, row, answer);
            else
                Learn(shape, view, slot, shared, ref state, row, answer);
        }
        if (step.Learns != 0)
            state.Store(slot);
    }

    private static void Answer(
        MlpShape shape, BatchView batch, MlpSlotView slot, MlpShared shared, ref MlpState state, int row,
        ArrayView<float> answer)
    {
        MlpTouching.Read(shape, batch, slot, shared, ref state, row, learns: false);
        MlpForward.Run(shape, slot.Predicting, shared, state.Classes);
        Softmax(shared, state.Classes, answer);
        GroupRows.Spread(answer, state.Classes, batch.Known[row]);
    }

    private static void Learn(
        MlpShape shape, WalkView view, MlpSlotView slot, MlpShared shared, ref MlpState state, int row,
        ArrayView<float> answer)
    {
        MlpTouching.Know(shape, slot, ref state, view.Batch.Known[row]);
        MlpTouching.Read(shape, view.Batch, slot, shared, ref state, row, learns: true);
        MlpAveraging.CatchUp(shape, slot, shared, state);
        MlpForward.Run(shape, slot.Predicting, shared, state.Classes);
        Softmax(shared, state.Classes, answer);
        var y = view.Batch.Targets[row];
        if (y >= state.Classes || shape.Average > 0f)
        {
            MlpTouching.Know(shape, slot, ref state, y + 1);
            MlpForward.Run(shape, slot.Weights, shared, state.Classes);
            Softmax(shared, state.Classes, shared.Logits);
        }
        MlpLearning.Step(shape, view.Corrections, slot, shared, state.Classes, y);
        MlpAveraging.Tick(shape, slot, ref state);
    }

    private static void Softmax(MlpShared shared, int classes, ArrayView<float> answer) =>
        GroupRows.LogSoftmax(shared.Logits, classes, shared.Powers, shared.Probabilities, answer);
}
