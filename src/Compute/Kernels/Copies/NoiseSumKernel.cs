using ILGPU;

namespace MoE.Compute.Kernels.Copies;

/// <summary>The copy of an expert: the parent's floats and the noise that lies in the copy's place.</summary>
internal static class NoiseSumKernel
{
    private const uint NoNoise = 0x80000000;

    /// <summary>
    /// Stands for a number that takes no noise, and keeps its bits: -0, which no product with a deviation above 0 is.
    /// </summary>
    public static float None => Interop.IntAsFloat(NoNoise);

    /// <summary>Adds. A launch of its own, so that no compiler makes one rounding of product and sum.</summary>
    public static void Add(NoiseView view, int size)
    {
        var (parent, copy) = (view.Parent(size), view.Copy(size));
        for (var at = NoiseView.First; at < size; at += NoiseView.Step)
            copy[at] = Interop.FloatAsInt(copy[at]) == NoNoise ? parent[at] : parent[at] + copy[at];
    }
}
