using ILGPU;
using ILGPU.Frontend.Intrinsic;
using ILGPU.Runtime;

namespace MoE.Compute.Gpu;

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

/// <summary>Four floats that lie side by side, the widest read and write of one thread.</summary>
internal struct Float4
{
    /// <summary>Floats of one.</summary>
    public const int Floats = 4;

    /// <summary>The floats, in this order.</summary>
    public float X, Y, Z, W;

    /// <summary>Sums, float by float.</summary>
    public static Float4 operator +(Float4 a, Float4 b) =>
        new() { X = a.X + b.X, Y = a.Y + b.Y, Z = a.Z + b.Z, W = a.W + b.W };

    /// <summary>Products, float by float.</summary>
    public static Float4 operator *(Float4 a, Float4 b) =>
        new() { X = a.X * b.X, Y = a.Y * b.Y, Z = a.Z * b.Z, W = a.W * b.W };

    /// <summary>Each float times a number.</summary>
    public static Float4 operator *(float a, Float4 b) => new() { X = a * b.X, Y = a * b.Y, Z = a * b.Z, W = a * b.W };

    /// <summary>this + a · b.</summary>
    public readonly Float4 Add(float a, Float4 b) => new()
    {
        X = X + (a * b.X),
        Y = Y + (a * b.Y),
        Z = Z + (a * b.Z),
        W = W + (a * b.W),
    };

    /// <summary>The sum of the four.</summary>
    public readonly float Sum => (X + Y) + (Z + W);

    /// <summary>How many of them hold so many floats.</summary>
    public static int Count(int floats) => (floats + Floats - 1) / Floats;
}

/// <summary>Numbers of four items that one thread computes side by side: none waits for another's memory.</summary>
internal struct Four<T> where T : unmanaged
{
    /// <summary>One of each item.</summary>
    public T A, B, C, D;
}

/// <summary>
/// Arithmetic of one thread group over the classes of one row. Every thread of the group must call these together;
/// each sum is taken in the order of its items, whatever the size of the group.
/// </summary>
internal static class GroupRows
{
    /// <summary>
    /// log softmax of the first classes of <paramref name="logits"/> into <paramref name="answer"/>, as far as it has
    /// room, and its exponential into <paramref name="probabilities"/>; <paramref name="powers"/> is room for as many.
    /// </summary>
    public static void LogSoftmax(
        ArrayView<float> logits, int classes, ArrayView<float> powers, ArrayView<float> probabilities,
        ArrayView<float> answer)
    {
        var top = -1e30f;
        for (var c = 0; c < classes; c++)
            top = IntrinsicMath.Max(top, logits[c]);
        for (var c = Group.IdxX; c < classes; c += Group.DimX)
        {
            var lowered = logits[c] - top;
            powers[c] = lowered + 80f > 0f ? DeviceMath.Exp(lowered) : 0f;
        }
        Group.Barrier();
        var total = 0f;
        for (var c = 0; c < classes; c++)
            total += powers[c];
        var (scale, log) = (1f / total, DeviceMath.Log(total));
        for (var c = Group.IdxX; c < classes; c += Group.DimX)
        {
            if (c < answer.IntLength)                        // an expert may know more classes than the batch
                answer[c] = logits[c] - top - log;
            probabilities[c] = powers[c] * scale;
        }
        Group.Barrier();
    }

    /// <summary>
    /// Turns an answer about the first classes into one about all that the row knows, as
    /// <see cref="Numerics.ClassVectors.Spread"/>.
    /// </summary>
    public static void Spread(ArrayView<float> answer, int classes, int known)
    {
        var (few, even) = (IntrinsicMath.Min(classes, known), DeviceMath.Log(1f / IntrinsicMath.Max(1, known)));
        var share = classes < known ? DeviceMath.Log((float)IntrinsicMath.Max(1, classes) / known) : 0f;
        for (var c = Group.IdxX; c < known; c += Group.DimX)
            answer[c] = c < few ? answer[c] + share : even;
        Group.Barrier();
    }
}

/// <summary>The memory that the threads of a group share, as large as the launch asks for in floats.</summary>
internal static class GroupMemory
{
    private const int Alignment = 16;

    /// <summary>
    /// All of it as items of 16 bytes, which one instruction reads: every device begins it at a multiple of that.
    /// </summary>
    /// <remarks>ILGPU writes OpenCL that does not compile where structures are asked for outright.</remarks>
    public static ArrayView<T> Of<T>() where T : unmanaged =>
        SharedMemory.GetDynamic<float>().AsAligned(Alignment).Cast<T>();
}
