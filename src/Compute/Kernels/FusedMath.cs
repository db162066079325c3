using ILGPU.Frontend.Intrinsic;

namespace MoE.Compute.Kernels;

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
