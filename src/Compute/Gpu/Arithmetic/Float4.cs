
namespace MoE.Compute.Gpu.Arithmetic;

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
