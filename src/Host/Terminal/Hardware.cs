using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MoE.Host.Terminal;

/// <summary>Describes the processor.</summary>
internal static class Hardware
{
    /// <summary>As in "cpu: AVX-512, 2 threads".</summary>
    public static string Describe() =>
        $"cpu: {Vectors()}, {Environment.ProcessorCount} {(Environment.ProcessorCount == 1 ? "thread" : "threads")}";

    private static string Vectors()
    {
        var arm = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;
        return Vector512.IsHardwareAccelerated ? "AVX-512"
            : Vector256.IsHardwareAccelerated ? "AVX2"
            : Vector128.IsHardwareAccelerated ? arm ? "NEON" : "SSE"
            : "no SIMD";
    }
}
