using MoE.Compute.Experts;

namespace MoE.Host.Measures;

/// <summary>The least time that a count of work can take somewhere, and what it is spent on.</summary>
/// <param name="Name">What binds.</param>
/// <param name="Seconds">Seconds for one row of one expert.</param>
internal readonly record struct Bound(string Name, double Seconds);

/// <summary>How much a place can do at most in a second.</summary>
/// <param name="Where">The place: cpu x1, cuda:0.</param>
/// <param name="Operations">Operations on floats, by independent multiplications with additions.</param>
/// <param name="Copies">Bytes read and written by copies that touch so many bytes; the smallest first.</param>
/// <param name="Lines">
/// Lines of 64 bytes read and written at random places of a table of so many bytes; the smallest first, none where that
/// is not measured.
/// </param>
/// <param name="Roots">Numbers of which a root is taken and divided by; 0 where that is not measured.</param>
/// <param name="Steps">Operations that need the one before; 0 where that is not measured.</param>
internal sealed record RooflineCeilings(
    string Where, double Operations, IReadOnlyList<(double Bytes, double PerSecond)> Copies,
    IReadOnlyList<(double Bytes, double PerSecond)> Lines, double Roots, double Steps)
{
    /// <summary>What binds a count of work most.</summary>
    /// <param name="cost">What one row costs one expert.</param>
    /// <param name="experts">Experts whose states take turns.</param>
    public Bound Of(ExpertCost cost, int experts)
    {
        var state = experts * cost.State;
        var (bytes, perSecond) = Copies.FirstOrDefault(copy => copy.Bytes >= state, Copies[^1]);
        var largest = Lines is [.., var last] ? last : default;
        var (table, lines) = Lines.FirstOrDefault(line => line.Bytes >= state, largest);
        return new[]
        {
            new Bound("arithmetic", cost.Operations / Operations),
            new Bound($"copy {Size(bytes)}", cost.Bytes / perSecond),
            new Bound($"lines {Size(table)}", lines > 0 ? cost.Lines / lines : 0),
            new Bound("roots", Roots > 0 ? cost.Roots / Roots : 0),
            new Bound("steps", Steps > 0 ? cost.Steps / Steps : 0),
        }.MaxBy(bound => bound.Seconds);
    }

    /// <summary>A number of bytes in words.</summary>
    public static string Size(double bytes) =>
        bytes >= 1 << 20 ? $"{bytes / (1 << 20):F0} MiB" : $"{bytes / (1 << 10):F0} KiB";
}

/// <summary>How fast experts were somewhere.</summary>
/// <param name="Where">The place, as in <see cref="RooflineCeilings"/>.</param>
/// <param name="Specification">What the experts are.</param>
/// <param name="Experts">Experts in the pool.</param>
/// <param name="TopK">Experts that see a row.</param>
/// <param name="Batch">Rows of a batch.</param>
/// <param name="RowsPerSecond">Rows predicted and learned per second, each by all experts that see it.</param>
/// <param name="OneByOne">The same where every expert has a launch of its own; null on a processor.</param>
/// <param name="Cost">What one row costs one expert.</param>
/// <param name="Bound">The least time for that, and what it is spent on.</param>
internal sealed record Throughput(
    string Where, string Specification, int Experts, int TopK, int Batch, double RowsPerSecond, double? OneByOne,
    ExpertCost Cost, Bound Bound)
{
    /// <summary>Rows per second that one expert or another predicted and learned.</summary>
    public double ExpertRowsPerSecond => TopK * RowsPerSecond;

    /// <summary>Operations on floats per second.</summary>
    public double Operations => Cost.Operations * ExpertRowsPerSecond;

    /// <summary>Share of what is the most by what binds.</summary>
    public double Share => Bound.Seconds * ExpertRowsPerSecond;
}
