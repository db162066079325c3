namespace MoE.Compute.Kernels.Tables;

/// <summary>Four floats that lie side by side, the widest read and write of one thread.</summary>
internal struct Quad
{
    /// <summary>Floats of a quad.</summary>
    public const int Floats = 4;

    /// <summary>The floats, in this order.</summary>
    public float X, Y, Z, W;

    /// <summary>Sums, float by float.</summary>
    public static Quad operator +(Quad a, Quad b) =>
        new() { X = a.X + b.X, Y = a.Y + b.Y, Z = a.Z + b.Z, W = a.W + b.W };

    /// <summary>Products, float by float.</summary>
    public static Quad operator *(Quad a, Quad b) =>
        new() { X = a.X * b.X, Y = a.Y * b.Y, Z = a.Z * b.Z, W = a.W * b.W };

    /// <summary>Each float times a number.</summary>
    public static Quad operator *(float a, Quad b) => new() { X = a * b.X, Y = a * b.Y, Z = a * b.Z, W = a * b.W };

    /// <summary>The sum of the four.</summary>
    public readonly float Sum => (X + Y) + (Z + W);

    /// <summary>Quads that hold so many floats.</summary>
    public static int Count(int floats) => (floats + Floats - 1) / Floats;
}
