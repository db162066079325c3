using MoE.Compute.Kernels.Mlp;

namespace MoE.Compute.Kernels.Copies;

/// <summary>The noise of <see cref="Experts.Mlp.MlpWeights.Perturb(float, ulong, int, int)"/>.</summary>
internal static class MlpNoiseKernel
{
    private const int Inputs = 0;
    private const int Bias = 1;
    private const int Outputs = 2;

    /// <summary>Draws it for the learned weights and the averaged ones.</summary>
    public static void Draw(MlpShape shape, NoiseView view)
    {
        var size = shape.Size;
        var (classes, rows, copy) = (view.Number(size, 0), view.Number(size, 1), view.Copy(size.Floats));
        for (var at = NoiseView.First; at < size.Floats; at += NoiseView.Step)
        {
            var place = (int)at;
            copy[place] = place < shape.Block ? OfWeight(shape, view, place, classes, rows)
                : shape.Average > 0f && place >= shape.Averages
                    ? OfWeight(shape, view, place - shape.Averages, classes, rows)
                    : NoiseSumKernel.None;
        }
    }

    private static float OfWeight(MlpShape shape, NoiseView view, int at, int classes, int rows)
    {
        var isOutput = at >= shape.Outputs;
        var stride = isOutput ? shape.Hidden : shape.Stride;
        var within = isOutput ? at - shape.Outputs : at;
        var (row, unit) = (within / stride, within % stride);
        var isBias = !isOutput && at >= shape.Bias;
        var isInUse = unit < shape.Units && (isOutput ? row < classes : isBias || row < rows);
        if (!isInUse)
            return NoiseSumKernel.None;
        var part = isOutput ? Outputs : isBias ? Bias : Inputs;
        return view.Draw(Noise.Bits(view.Seed, (ulong)part, isBias ? 0 : (ulong)row), 0, unit);
    }
}
