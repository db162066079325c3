namespace MoE.Compute.Bench;

/// <summary>
/// What one expert does to predict one row and learn it, counted from its shape as the definition computes it: classes
/// and hidden units padded to 16, or 4 and 8 where a kind has narrow rows.
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
public readonly record struct ExpertWork(
    double Operations, double Bytes, double Roots, double Steps, double Lines, double State);
