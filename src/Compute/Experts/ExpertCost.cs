namespace MoE.Compute.Experts;

/// <summary>
/// What it costs one expert to predict one row and learn it, counted from its shape as the definition computes it:
/// classes and hidden units padded to 16, or 4 and 8 where a kind has narrow rows.
/// </summary>
/// <param name="Operations">
/// Additions, multiplications and other arithmetic on floats; a multiplication with an addition counts two, e^x 22.
/// </param>
/// <param name="Bytes">
/// Bytes of its state read and written; where rows of a table lie scattered, the whole lines of 64 bytes around them.
/// </param>
/// <param name="Roots">Numbers of which a root is taken that something is divided by.</param>
/// <param name="Steps">
/// Operations that each need the one before, from a row's first number to the last weight learned, which the next row
/// needs; 0 where a row does not wait for the one before.
/// </param>
/// <param name="Lines">Lines of 64 bytes that lie scattered in its state, and are read and written.</param>
/// <param name="State">Bytes of its state.</param>
public readonly record struct ExpertCost(
    double Operations, double Bytes, double Roots, double Steps, double Lines, double State)
{
    /// <summary>Bytes of a cache line, and of a number.</summary>
    internal const int Line = 64, Float = sizeof(float);

    /// <summary>Operations of e^x, of a softmax per class (without the sum's logarithm), of one step of Adam.</summary>
    internal const int Power = 22, Softmax = 30, AdamStep = 14;

    /// <summary>
    /// Steps from a sum to the gradient of its softmax: greatest 5, e^x 16, sum 5, division 3, and 8 around them.
    /// </summary>
    internal const int ToGradient = 37;

    /// <summary>Cache lines of so many floats, which begin at a multiple of their number.</summary>
    internal static int LinesOf(int floats) => Math.Max(1, floats * Float / Line);
}
