using MoE.Compute.Experts;

namespace MoE.Host.Measures;

/// <summary>The lower bound of the time for some work, and the bottleneck that causes it.</summary>
/// <param name="Name">The bottleneck.</param>
/// <param name="Seconds">Seconds for one row of one expert.</param>
internal readonly record struct Bound(string Name, double Seconds);

/// <summary>The measured maximum rates of a processor or device, per second.</summary>
/// <param name="Where">The place: cpu x1, cuda:0.</param>
/// <param name="Operations">Floating-point operations, by independent multiply-adds.</param>
/// <param name="Copies">Bytes read and written by copies, by the size of their working set; smallest first.</param>
/// <param name="Lines">
/// Cache lines of 64 bytes read and written at random places of a table, by the size of the table; smallest first,
/// empty if not measured.
/// </param>
/// <param name="Roots">Reciprocal square roots; 0 if not measured.</param>
/// <param name="Steps">Operations that each depend on the one before; 0 if not measured.</param>
internal sealed record RooflineCeilings(
    string Where, double Operations, IReadOnlyList<(double Bytes, double PerSecond)> Copies,
    IReadOnlyList<(double Bytes, double PerSecond)> Lines, double Roots, double Steps)
{
    /// <summary>The bottleneck for some work.</summary>
    /// <param name="cost">What one row costs one expert.</param>
    /// <param name="experts">Number of experts, whose states share the caches.</param>
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

    /// <summary>A number of bytes as text.</summary>
    public static string Size(double bytes) =>
        bytes >= 1 << 20 ? $"{bytes / (1 << 20):F0} MiB" : $"{bytes / (1 << 10):F0} KiB";
}

/// <summary>The measured speed of experts on a processor or device.</summary>
/// <param name="Where">The place, as in <see cref="RooflineCeilings"/>.</param>
/// <param name="Specification">What the experts are.</param>
/// <param name="Experts">Experts in the pool.</param>
/// <param name="TopK">Experts that see a row.</param>
/// <param name="Batch">Rows of a batch.</param>
/// <param name="RowsPerSecond">Rows predicted and learned per second, each by all experts that see it.</param>
/// <param name="OneByOne">The same with a launch per expert; null on a processor.</param>
/// <param name="Cost">What one row costs one expert.</param>
/// <param name="Bound">The lower bound of that time, and its bottleneck.</param>
internal sealed record Throughput(
    string Where, string Specification, int Experts, int TopK, int Batch, double RowsPerSecond, double? OneByOne,
    ExpertCost Cost, Bound Bound)
{
    /// <summary>Rows per second, summed over the experts.</summary>
    public double ExpertRowsPerSecond => TopK * RowsPerSecond;

    /// <summary>Operations on floats per second.</summary>
    public double Operations => Cost.Operations * ExpertRowsPerSecond;

    /// <summary>Speed relative to the bottleneck, 0 to 1.</summary>
    public double Share => Bound.Seconds * ExpertRowsPerSecond;
}
