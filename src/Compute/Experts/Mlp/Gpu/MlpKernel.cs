using ILGPU;
using MoE.Compute.Gpu;
using MoE.Compute.Gpu.Launches;
using MoE.Compute.Numerics;

namespace MoE.Compute.Experts.Mlp.Gpu;

/// <summary>
/// <see cref="Experts.Mlp.MlpExpert{L}"/> as a kernel: one thread group takes one network through its rows. A thread
/// owns every unit k, k + threads, ... of all layers, so that only sums over units cross threads.
/// </summary>
internal static class MlpKernel
{
    /// <summary>Does one step per group.</summary>
    public static void Run(MlpLayout shape, LaunchView view)
    {
        var step = view.Items[Grid.IdxX];
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
        MlpLayout shape, BatchView batch, MlpSlotView slot, MlpShared shared, ref MlpState state, int row,
        ArrayView<float> answer)
    {
        MlpTouching.Read(shape, batch, slot, shared, ref state, row, learns: false);
        MlpForward.Run(shape, slot.Predicting, shared, state.Classes);
        Softmax(shared, state.Classes, answer);
        GroupRows.Spread(answer, state.Classes, batch.KnownClasses[row]);
    }

    private static void Learn(
        MlpLayout shape, LaunchView view, MlpSlotView slot, MlpShared shared, ref MlpState state, int row,
        ArrayView<float> answer)
    {
        MlpTouching.EnsureClasses(shape, slot, ref state, view.Batch.KnownClasses[row]);
        MlpTouching.Read(shape, view.Batch, slot, shared, ref state, row, learns: true);
        MlpAveraging.CatchUp(shape, slot, shared, state);
        MlpForward.Run(shape, slot.Predicting, shared, state.Classes);
        Softmax(shared, state.Classes, answer);
        var y = view.Batch.Targets[row];
        if (y >= state.Classes || shape.Average > 0f)
        {
            MlpTouching.EnsureClasses(shape, slot, ref state, y + 1);
            MlpForward.Run(shape, slot.Weights, shared, state.Classes);
            Softmax(shared, state.Classes, shared.Logits);
        }
        MlpLearning.Step(shape, view.Corrections, slot, shared, state.Classes, y);
        MlpAveraging.Tick(shape, slot, ref state);
    }

    private static void Softmax(MlpShared shared, int classes, ArrayView<float> answer) =>
        GroupRows.LogSoftmax(shared.Logits, classes, shared.Powers, shared.Probabilities, answer);
}

/// <summary>Which rows of inputs a row touches, and what rows and classes that are new begin with.</summary>
internal static class MlpTouching
{
    private const int FirstLayer = 0;
    private const int SecondLayer = 2;

    /// <summary>Gives classes that are new their first weights.</summary>
    public static void EnsureClasses(MlpLayout shape, MlpSlotView slot, ref MlpState state, int classes)
    {
        for (var c = state.Classes; c < classes; c++)
            for (var k = Group.IdxX; k < shape.Units; k += Group.DimX)
            {
                var place = shape.Outputs + (c * shape.Hidden) + k;
                var first = shape.OutputScale
                    * CounterRandom.Gaussian(state.Seed, SecondLayer, (ulong)((c * shape.Hidden) + k));
                slot.Weights[place] = first;
                slot.Predicting[place] = first;
            }
        state.Classes = IntrinsicMath.Max(state.Classes, classes);
    }

    /// <summary>
    /// Reads a row; a category that has no row of inputs gets the next one where it is learned, else touches nothing.
    /// </summary>
    public static void Read(
        MlpLayout shape, BatchView batch, MlpSlotView slot, MlpShared shared, ref MlpState state, int row, bool learns)
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
                batch, slot.Ints, MlpLayout.Names, shape.NameRoom, state.Rows, row, learns);
        Group.Barrier();
        var before = state.Rows;
        state.Rows = shared.Rows[0];
        for (var added = before; added < state.Rows; added++)
            Begin(shape, slot, state, added);
        Group.Barrier();
    }

    private static void Begin(MlpLayout shape, MlpSlotView slot, MlpState state, int row)
    {
        for (var k = Group.IdxX; k < shape.Units; k += Group.DimX)
        {
            var first = shape.InputScale
                * CounterRandom.Gaussian(state.Seed, FirstLayer, (ulong)(((long)row * shape.Hidden) + k));
            slot.Weights[(row * shape.Stride) + k] = first;
            slot.Predicting[(row * shape.Stride) + k] = first;
        }
        if (Group.IdxX == 0 && shape.Average > 0f)
            slot.Longs[MlpLayout.StepOfRow + row] = state.Steps;
    }
}

/// <summary>From what a row touches to logits.</summary>
internal static class MlpForward
{
    /// <summary>Computes activations and logits by a block of weights.</summary>
    public static void Run(MlpLayout shape, ArrayView<float> weights, MlpShared shared, int classes)
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
        MlpLayout shape, ArrayView<float> weights, MlpShared shared, int first, int count)
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

/// <summary>One step down the gradient of the cross-entropy, by plain steps or by Adam.</summary>
internal static class MlpLearning
{
    /// <summary>Learns the row that was read, whose activations and probabilities are there.</summary>
    public static void Step(
        MlpLayout shape, ArrayView<float> corrections, MlpSlotView slot, MlpShared shared, int classes, int y)
    {
        if (shape.Adam == 1)
            CountSteps(shape, slot, shared, classes);
        var rate = shape.Adam == 1 ? 0f : InputRate(shape, shared);
        for (var k = Group.IdxX; k < shape.Stride; k += Group.DimX)
        {
            var delta = k < shape.Hidden
                ? Outputs(shape, corrections, slot, shared, classes, y, k)
                : Gradient(shared, classes, y, k - shape.Hidden);
            if (shape.Adam == 1)
                InputsByAdam(shape, corrections, slot, shared, k, delta);
            else
                Inputs(shape, slot, shared, k, rate, delta);
        }
    }

    /// <summary>The rate of a plain step of the inputs: 2 / ‖v‖² at most.</summary>
    private static float InputRate(MlpLayout shape, MlpShared shared)
    {
        var norm = 0f;
        for (var j = 0; j < shape.Touched; j++)
            norm += shared.Index[j] >= 0 ? shared.Weight[j] * shared.Weight[j] : 0f;
        return IntrinsicMath.Min(shape.Rate, MlpLearningRule.MostGain / IntrinsicMath.Max(norm, 1e-6f));
    }

    private static float Gradient(MlpShared shared, int classes, int y, int c) =>
        c >= classes ? 0f : c == y ? shared.Probabilities[c] - 1f : shared.Probabilities[c];

    /// <summary>Learns the weights from hidden unit k to the classes; gives the gradient of the unit's sum.</summary>
    private static float Outputs(
        MlpLayout shape, ArrayView<float> corrections, MlpSlotView slot, MlpShared shared, int classes, int y, int k)
    {
        var (sum, h) = (0f, shared.Activation[k]);
        for (var c = 0; c < classes; c++)
        {
            var (g, place) = (Gradient(shared, classes, y, c), shape.Outputs + (c * shape.Hidden) + k);
            sum += g * slot.Weights[place];
            if (shape.Adam == 1)
                Adam(shape, corrections, slot, place, slot.Ints[shape.Steps + shape.RowRoom + 1 + c], g * h);
            else
                slot.Weights[place] -= shape.Rate * g * h;
        }
        return h > 0f ? sum : 0f;
    }

    private static void Inputs(MlpLayout shape, MlpSlotView slot, MlpShared shared, int k, float rate, float delta)
    {
        slot.Weights[shape.Bias + k] -= shape.Rate * delta;
        for (var j = 0; j < shape.Touched; j++)
            if (shared.Index[j] >= 0)
                slot.Weights[(shared.Index[j] * shape.Stride) + k] -= rate * shared.Weight[j] * delta;
    }

    private static void InputsByAdam(
        MlpLayout shape, ArrayView<float> corrections, MlpSlotView slot, MlpShared shared, int k, float delta)
    {
        Adam(shape, corrections, slot, shape.Bias + k, slot.Ints[shape.Steps + shape.RowRoom], delta);
        for (var j = 0; j < shape.Touched; j++)
            if (shared.Index[j] >= 0)
                Adam(shape, corrections, slot, (shared.Index[j] * shape.Stride) + k,
                    slot.Ints[shape.Steps + shared.Index[j]], shared.Weight[j] * delta);
    }

    private static void Adam(
        MlpLayout shape, ArrayView<float> corrections, MlpSlotView slot, int place, int steps, float g) =>
        AdamStep.Take(corrections, slot.Weights, slot.Mean, slot.Square, place, steps, shape.Rate, g);

    private static void CountSteps(MlpLayout shape, MlpSlotView slot, MlpShared shared, int classes)
    {
        for (var j = Group.IdxX; j < shape.Touched; j += Group.DimX)
            if (shared.Index[j] >= 0)
                Count(slot, shape.Steps + shared.Index[j]);
        for (var c = Group.IdxX; c < 1 + classes; c += Group.DimX)
            Count(slot, shape.Steps + shape.RowRoom + c);
        MemoryFence.GroupLevel();
        Group.Barrier();
    }

    private static void Count(MlpSlotView slot, int place)
    {
        if (slot.Ints[place] < int.MaxValue)
            slot.Ints[place]++;
    }
}

/// <summary>The averaged weights, which follow the learned ones.</summary>
internal static class MlpAveraging
{
    /// <summary>One row was learned: the average follows when it is time.</summary>
    public static void Tick(MlpLayout shape, MlpSlotView slot, ref MlpState state)
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
    public static void CatchUp(MlpLayout shape, MlpSlotView slot, MlpShared shared, MlpState state)
    {
        if (shape.Average <= 0f)
            return;
        for (var m = 0; m < shape.Categorical; m++)
            CatchUp(shape, slot, state, shared.Index[shape.FirstName + m]);
        Group.Barrier();
        for (var m = Group.IdxX; m < shape.Categorical; m += Group.DimX)
            slot.Longs[MlpLayout.StepOfRow + shared.Index[shape.FirstName + m]] = state.Steps;
    }

    /// <summary>Lets the rows of all names follow to the present.</summary>
    public static void CatchUpAll(MlpLayout shape, MlpSlotView slot, MlpState state)
    {
        if (shape.Average <= 0f)
            return;
        for (var row = shape.Fixed; row < state.Rows; row++)
            CatchUp(shape, slot, state, row);
        Group.Barrier();
        for (var row = shape.Fixed + Group.IdxX; row < state.Rows; row += Group.DimX)
            slot.Longs[MlpLayout.StepOfRow + row] = state.Steps;
    }

    private static void CatchUp(MlpLayout shape, MlpSlotView slot, MlpState state, int row)
    {
        var since = slot.Longs[MlpLayout.StepOfRow + row];
        if (since == state.Steps)
            return;
        var rate = MlpAverageRule.Missed(shape.Average, since, state.Steps);
        for (var k = Group.IdxX; k < shape.Stride; k += Group.DimX)
            Follow(slot, (row * shape.Stride) + k, rate);
    }

    private static void Follow(MlpSlotView slot, int place, float rate) =>
        slot.Predicting[place] += rate * (slot.Weights[place] - slot.Predicting[place]);
}
