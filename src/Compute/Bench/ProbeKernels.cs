using ILGPU;

namespace MoE.Compute.Bench;

/// <summary>Kernels that do as much of one thing as a device can.</summary>
internal static class ProbeKernels
{
    /// <summary>Multiplications with additions that a thread does in one turn of its loop.</summary>
    public const int PerTurn = 16;

    /// <summary>Does nothing, in one group of one thread.</summary>
    public static void Nothing(ArrayView<float> values)
    {
        if (Grid.IdxX > 0)
            values[0] = 0f;
    }

    /// <summary>Every thread multiplies and adds in eight chains; values (threads) keeps their sums.</summary>
    public static void MultiplyAdds(ArrayView<float> values, int turns)
    {
        var (x, y) = (0.999f, 0.001f * Group.IdxX);
        var (a, b, c, d) = (x, y, x + y, x - y);
        var (e, f, g, h) = (a + x, b + x, c + x, d + x);
        for (var turn = 0; turn < turns; turn++)
        {
            a = (a * x) + y;
            b = (b * x) + y;
            c = (c * x) + y;
            d = (d * x) + y;
            e = (e * x) + y;
            f = (f * x) + y;
            g = (g * x) + y;
            h = (h * x) + y;
            a = (a * x) + y;
            b = (b * x) + y;
            c = (c * x) + y;
            d = (d * x) + y;
            e = (e * x) + y;
            f = (f * x) + y;
            g = (g * x) + y;
            h = (h * x) + y;
        }
        values[(Grid.IdxX * Group.DimX) + Group.IdxX] = a + b + c + d + e + f + g + h;
    }

    /// <summary>to = from; every thread takes one number of every launch's width.</summary>
    public static void Copy(ArrayView<float> from, ArrayView<float> to)
    {
        for (var i = (Grid.IdxX * Group.DimX) + Group.IdxX; i < from.IntLength; i += Grid.DimX * Group.DimX)
            to[i] = from[i];
    }
}
