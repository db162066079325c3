using MoE.Compute.Experts;

namespace MoE.Host.Measures;

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
