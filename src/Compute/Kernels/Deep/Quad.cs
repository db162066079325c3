namespace MoE.Compute.Kernels.Deep;

/// <summary>Four floats that are loaded as one.</summary>
internal struct Quad
{
    /// <summary>One after the other.</summary>
    public float X, Y, Z, W;

    /// <summary>this + a · b.</summary>
    public readonly Quad Add(float a, Quad b) => new()
    {
        X = X + (a * b.X),
        Y = Y + (a * b.Y),
        Z = Z + (a * b.Z),
        W = W + (a * b.W),
    };
}
