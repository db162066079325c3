using ILGPU;
using MoE.Compute.Experts.Mlp;

namespace MoE.Compute.Kernels.Mlp;

/// <summary>The averaged weights, which follow the learned ones.</summary>
internal static class MlpAveraging
{
    /// <summary>One row was learned: the average follows when it is time.</summary>
    public static void Tick(MlpShape shape, MlpSlotView slot, ref MlpState state)
    {
        if (shape.Average <= 0f || !MlpAverageRule.IsDue(++state.Learned))
            return;
        var rate = MlpAverageRule.RateOf(shape.Average, ++state.Steps);
        for (var k = Group.IdxX; k < shape.Stride; k += Group.DimX)
        {
            for (var row = 0; row < shape.Fixed; row++)
                Follow(slot, (row * shape.Stride) + k, rate);
            Follow(slot, shape.Bias + k, rate);
        }
        for (var k = Group.IdxX; k < shape.Hidden; k += Group.DimX)
            for (var c = 0; c < shape.ClassRoom; c++)
                Follow(slot, shape.Outputs + (c * shape.Hidden) + k, rate);
    }

    /// <summary>Lets the rows of the names just read follow to the present.</summary>
    public static void CatchUp(MlpShape shape, MlpSlotView slot, MlpShared shared, MlpState state)
    {
        if (shape.Average <= 0f)
            return;
        for (var m = 0; m < shape.Categorical; m++)
            CatchUp(shape, slot, state, shared.Index[shape.FirstName + m]);
        Group.Barrier();
        for (var m = Group.IdxX; m < shape.Categorical; m += Group.DimX)
            slot.Longs[MlpShape.StepOfRow + shared.Index[shape.FirstName + m]] = state.Steps;
    }

    /// <summary>Lets the rows of all names follow to the present.</summary>
    public static void CatchUpAll(MlpShape shape, MlpSlotView slot, MlpState state)
    {
        if (shape.Average <= 0f)
            return;
        for (var row = shape.Fixed; row < state.Rows; row++)
            CatchUp(shape, slot, state, row);
        Group.Barrier();
        for (var row = shape.Fixed + Group.IdxX; row < state.Rows; row += Group.DimX)
            slot.Longs[MlpShape.StepOfRow + row] = state.Steps;
    }

    private static void CatchUp(MlpShape shape, MlpSlotView slot, MlpState state, int row)
    {
        var since = slot.Longs[MlpShape.StepOfRow + row];
        if (since == state.Steps)
            return;
        var rate = MlpAverageRule.Missed(shape.Average, since, state.Steps);
        for (var k = Group.IdxX; k < shape.Stride; k += Group.DimX)
            Follow(slot, (row * shape.Stride) + k, rate);
    }

    private static void Follow(MlpSlotView slot, int place, float rate) =>
        slot.Predicting[place] += rate * (slot.Weights[place] - slot.Predicting[place]);
}
