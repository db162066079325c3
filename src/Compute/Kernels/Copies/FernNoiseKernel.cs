using MoE.Compute.Kernels.Fern;

namespace MoE.Compute.Kernels.Copies;

/// <summary>The noise of <see cref="Experts.Fern.FernExpert{L}.Perturb"/>.</summary>
internal static class FernNoiseKernel
{
    /// <summary>Draws it for the leaves that rows have come to.</summary>
    public static void Draw(FernShape shape, NoiseView view)
    {
        var size = shape.Size;
        var (classes, parent, copy) = (view.Number(size, 0), view.Parent(size.Floats), view.Copy(size.Floats));
        for (var at = NoiseView.First; at < size.Floats; at += NoiseView.Step)
        {
            var place = (int)at;
            var (leaf, c) = (place / shape.Stride, (place % shape.Stride) - FernShape.First);
            copy[place] = place < shape.Thresholds && c >= 0 && c < classes && parent[leaf * shape.Stride] > 0f
                ? view.Draw(view.Seed, leaf, c)
                : NoiseSumKernel.None;
        }
    }
}
