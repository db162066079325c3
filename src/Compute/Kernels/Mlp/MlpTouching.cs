using ILGPU;
using MoE.Compute.Kernels.Launches;
using MoE.Compute.Kernels.Networks;

namespace MoE.Compute.Kernels.Mlp;

/// <summary>Which rows of inputs a row touches, and what rows and classes that are new begin with.</summary>
internal static class MlpTouching
{
    private const int FirstLayer = 0;
    private const int SecondLayer = 2;

    /// <summary>Gives classes that are new their first weights.</summary>
    public static void Know(MlpShape shape, MlpSlotView slot, ref MlpState state, int classes)
    {
        for (var c = state.Classes; c < classes; c++)
            for (var k = Group.IdxX; k < shape.Units; k += Group.DimX)
            {
                var place = shape.Outputs + (c * shape.Hidden) + k;
                var first = shape.OutputScale
                    * Noise.Gaussian(state.Seed, SecondLayer, (ulong)((c * shape.Hidden) + k));
                slot.Weights[place] = first;
                slot.Predicting[place] = first;
            }
        state.Classes = IntrinsicMath.Max(state.Classes, classes);
    }

    /// <summary>
    /// Reads a row; a category that has no row of inputs gets the next one where it is learned, else touches nothing.
    /// </summary>
    public static void Read(
        MlpShape shape, BatchView batch, MlpSlotView slot, MlpShared shared, ref MlpState state, int row, bool learns)
    {
        Group.Barrier();                                     // the row before may still be read
        var cells = new InputCells { Input = shape.Input, Index = shared.Index, Weight = shared.Weight };
        for (var j = Group.IdxX; j < shape.Numeric; j += Group.DimX)
            cells.ReadNumber(batch, row, j);
        if (shape.Categorical == 0)
        {
            Group.Barrier();
            return;
        }
        if (Group.IdxX == 0)
            shared.Rows[0] = cells.ReadNames(
                batch, slot.Ints, MlpShape.Names, shape.NameRoom, state.Rows, row, learns);
        Group.Barrier();
        var before = state.Rows;
        state.Rows = shared.Rows[0];
        for (var added = before; added < state.Rows; added++)
            Begin(shape, slot, state, added);
        Group.Barrier();
    }

    private static void Begin(MlpShape shape, MlpSlotView slot, MlpState state, int row)
    {
        for (var k = Group.IdxX; k < shape.Units; k += Group.DimX)
        {
            var first = shape.InputScale
                * Noise.Gaussian(state.Seed, FirstLayer, (ulong)(((long)row * shape.Hidden) + k));
            slot.Weights[(row * shape.Stride) + k] = first;
            slot.Predicting[(row * shape.Stride) + k] = first;
        }
        if (Group.IdxX == 0 && shape.Average > 0f)
            slot.Longs[MlpShape.StepOfRow + row] = state.Steps;
    }
}
