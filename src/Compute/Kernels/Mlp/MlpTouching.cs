using ILGPU;
using ILGPU.Algorithms;
using MoE.Compute.Encoding;
using MoE.Compute.Experts.Mlp;
using MoE.Compute.Kernels.Launches;

namespace MoE.Compute.Kernels.Mlp;

/// <summary>Which rows of inputs a row touches, and what rows and classes that are new begin with.</summary>
internal static class MlpTouching
{
    private const int FirstLayer = 0;
    private const int SecondLayer = 2;
    private const int None = -1;

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
        for (var j = Group.IdxX; j < shape.Numeric; j += Group.DimX)
            ReadNumber(shape, batch, shared, (row * shape.Numeric) + j, j);
        if (shape.Categorical == 0)
        {
            Group.Barrier();
            return;
        }
        if (Group.IdxX == 0)
            shared.Rows[0] = ReadNames(shape, batch, slot, shared, state.Rows, row, learns);
        Group.Barrier();
        var before = state.Rows;
        state.Rows = shared.Rows[0];
        for (var added = before; added < state.Rows; added++)
            Begin(shape, slot, state, added);
        Group.Barrier();
    }

    private static void ReadNumber(MlpShape shape, BatchView batch, MlpShared shared, int cell, int j)
    {
        var (z, rank) = (batch.Z[cell], batch.Rank[cell]);
        if (shape.FirstHat > 0)
            Touch(shared, j, j, z);
        if (shape.Input == (int)MlpInput.Z)
            return;
        var at = shape.FirstHat + (2 * j);
        var isMissing = XMath.IsNaN(rank);
        var q = isMissing ? 0f : rank * (Encoder.Hats - 1);
        var hat = (int)q;
        var fraction = q - hat;
        var first = shape.FirstHat + (j * Encoder.Hats) + hat;
        Touch(shared, at, isMissing ? None : first, 1f - fraction);
        Touch(shared, at + 1, fraction > 0f ? first + 1 : None, fraction);
    }

    private static int ReadNames(
        MlpShape shape, BatchView batch, MlpSlotView slot, MlpShared shared, int rows, int row, bool learns)
    {
        for (var m = 0; m < shape.Categorical; m++)
        {
            var name = batch.Category[(row * shape.Categorical) + m];
            var place = MlpShape.Names + (m * shape.NameRoom) + name;
            if (slot.Ints[place] == None && learns)
                slot.Ints[place] = rows++;
            Touch(shared, shape.FirstName + m, slot.Ints[place], 1f);
        }
        return rows;
    }

    private static void Touch(MlpShared shared, int place, int index, float weight)
    {
        shared.Index[place] = index;
        shared.Weight[place] = weight;
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
