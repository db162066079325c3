using MoE.Compute.Kernels.Deep;
using MoE.Compute.Simd.Matrices;

namespace MoE.Compute.Kernels.Copies;

/// <summary>The noise of <see cref="Experts.Deep.DeepNetwork{L}.Perturb"/>.</summary>
internal static class DeepNoiseKernel
{
    /// <summary>Draws it for the weights of all layers and the first bias.</summary>
    public static void Draw(DeepShape shape, NoiseView view)
    {
        var size = shape.Size;
        var (classes, rows, copy) = (view.Number(size, 0), view.Number(size, 1), view.Copy(size.Floats));
        for (var at = NoiseView.First; at < size.Floats; at += NoiseView.Step)
            copy[at] = Of(shape, view, (int)at, classes, rows);
    }

    private static float Of(DeepShape shape, NoiseView view, int at, int classes, int rows)
    {
        if (at < shape.Bias(1))
            return at % shape.Hidden1 < shape.Units1 && at / shape.Hidden1 < rows
                ? view.Draw(view.Seed, at / shape.Hidden1, at % shape.Hidden1)
                : NoiseSumKernel.None;
        if (at < shape.Weights(2))
            return at - shape.Bias(1) < shape.Units1
                ? view.Draw(Noise.Bits(view.Seed, 1, 0), 0, at - shape.Bias(1))
                : NoiseSumKernel.None;
        if (at < shape.Bias(2))
            return OfPanel(view, 2, at - shape.Weights(2), shape.Hidden1, shape.Units1, shape.Units2);
        if (at < shape.Weights(3) || at >= shape.Bias(3))
            return NoiseSumKernel.None;
        return OfPanel(view, 3, at - shape.Weights(3), shape.Hidden2, shape.Units2, classes);
    }

    /// <summary>
    /// Of a weight from one unit to another, where both are in use; its place as <see cref="Panels.Place"/>.
    /// </summary>
    private static float OfPanel(NoiseView view, int layer, int at, int inputs, int from, int to)
    {
        var (input, output) = (at / Panels.Width % inputs,
            (at / (Panels.Width * inputs) * Panels.Width) + (at % Panels.Width));
        return input < from && output < to
            ? view.Draw(Noise.Bits(view.Seed, (ulong)layer, 0), input, output)
            : NoiseSumKernel.None;
    }
}
