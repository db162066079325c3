using ILGPU;
using MoE.Compute.Kernels.Cross;

namespace MoE.Compute.Kernels.Copies;

/// <summary>The noise of <see cref="Experts.Cross.CrossTable.Perturb"/>, of a table as its image has it.</summary>
internal static class CrossNoiseKernel
{
    /// <summary>Draws it for the entries that are not all zero.</summary>
    public static void Draw(CrossShape shape, NoiseView view)
    {
        var size = shape.Size;
        var (classes, parent, copy) = (view.Number(size, 0), view.Parent(size.Floats), view.Copy(size.Floats));
        var entry = 2 * shape.Stride;
        for (var at = NoiseView.First; at < size.Floats; at += NoiseView.Step)
        {
            var (key, c) = ((int)at / entry, (int)at % entry);
            copy[at] = c < classes && IsInUse(parent.SubView(key * entry, entry))
                ? view.Draw(view.Seed, key, c)
                : NoiseSumKernel.None;
        }
    }

    private static bool IsInUse(ArrayView<float> entry)
    {
        var bits = 0u;
        for (var i = 0; i < entry.IntLength; i++)
            bits |= Interop.FloatAsInt(entry[i]);
        return bits != 0;
    }
}
