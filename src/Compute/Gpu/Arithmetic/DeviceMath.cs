using ILGPU;
using ILGPU.Frontend.Intrinsic;

namespace MoE.Compute.Gpu.Arithmetic;

/// <summary>
/// Exponential and logarithm by the polynomials of <see cref="Numerics.FastMath"/>, so that every device comes within
/// rounding of the CPU, whatever its own functions are.
/// </summary>
internal static class DeviceMath
{
    private const float Log2E = 1.44269504f;
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;

    /// <summary>e^x for x in [-87, 88]; values outside are taken as the nearer end.</summary>
    public static float Exp(float x)
    {
        x = IntrinsicMath.Min(IntrinsicMath.Max(x, -87f), 88f);
        var scaled = x * Log2E;
        var n = (int)(scaled < 0f ? scaled - 0.5f : scaled + 0.5f);
        var r = x - (n * Ln2High);
        r -= n * Ln2Low;
        var p = 1.9875691500e-4f;
        p = (p * r) + 1.3981999507e-3f;
        p = (p * r) + 8.3334519073e-3f;
        p = (p * r) + 4.1665795894e-2f;
        p = (p * r) + 1.6666665459e-1f;
        p = (p * r) + 5.0000001201e-1f;
        p = (p * (r * r)) + r + 1f;
        return p * Interop.IntAsFloat((uint)(n + 127) << 23);
    }

    /// <summary>ln x for normal x above 0.</summary>
    public static float Log(float x)
    {
        // x = m · 2^e with m in [√½, √2)
        var biased = Interop.FloatAsInt(x) + (0x3F800000u - 0x3F3504F3u);
        var e = (float)((int)(biased >> 23) - 127);
        var m = Interop.IntAsFloat((biased & 0x007FFFFFu) + 0x3F3504F3u) - 1f;
        var p = 7.0376836292e-2f;
        p = (p * m) - 1.1514610310e-1f;
        p = (p * m) + 1.1676998740e-1f;
        p = (p * m) - 1.2420140846e-1f;
        p = (p * m) + 1.4249322787e-1f;
        p = (p * m) - 1.6668057665e-1f;
        p = (p * m) + 2.0000714765e-1f;
        p = (p * m) - 2.4999993993e-1f;
        p = (p * m) + 3.3333331174e-1f;
        var square = m * m;
        var y = (p * m * square) + (e * Ln2Low);
        y -= 0.5f * square;
        return m + y + (e * Ln2High);
    }
}

/// <summary>
/// Lets kernels say <see cref="MathF.FusedMultiplyAdd"/>, so that sums of products have the bits of the SIMD code.
/// </summary>
internal static class FusedMath
{
    static FusedMath() => RemappedIntrinsics.AddRemapping(
        typeof(MathF), typeof(FusedMath), nameof(FusedMultiplyAdd), [typeof(float), typeof(float), typeof(float)]);

    /// <summary>Makes it known to the compiler of kernels; to be called before the first of them is compiled.</summary>
    public static void Register()
    {
        // the static constructor has done it
    }

    /// <summary>
    /// What a device computes in its place: device compilers make one instruction of it, rounded once. ILGPU's CPU
    /// accelerator calls the real one.
    /// </summary>
    public static float FusedMultiplyAdd(float x, float y, float z) => (x * y) + z;
}
