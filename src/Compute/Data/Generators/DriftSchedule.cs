namespace MoE.Compute.Data.Generators;

/// <summary>
/// When a stream goes over from one concept to the next. Abrupt (width 0): at the position. Gradual: a row t belongs
/// to the next concept with probability 1 / (1 + exp(-4 (t - position) / width)), the sigmoid of MOA's
/// ConceptDriftStream (Bifet et al.: "MOA: Massive Online Analysis", JMLR 11, 2010).
/// </summary>
public sealed class DriftSchedule
{
    private readonly double[] _positions;
    private readonly double _width;

    private DriftSchedule(double[] positions, double width) => (_positions, _width) = (positions, width);

    /// <summary>One concept for ever.</summary>
    public static DriftSchedule None { get; } = new([], 0);

    /// <summary>Concepts of equal length over <paramref name="rows"/> rows; the last one never ends.</summary>
    /// <param name="concepts">How many concepts there are, 1 or more.</param>
    /// <param name="rows">Rows over which they are spread.</param>
    /// <param name="width">Rows that a change takes; 0 for an abrupt one.</param>
    public static DriftSchedule Even(int concepts, long rows, double width = 0) =>
        new([.. Enumerable.Range(1, concepts - 1).Select(i => (double)rows * i / concepts)], width);

    /// <summary>The concept, from 0, of a row, from 0.</summary>
    internal int ConceptAt(long row, Randomness random)
    {
        var concept = 0;
        while (concept < _positions.Length && HasPassed(_positions[concept], row, random))
            concept++;
        return concept;
    }

    private bool HasPassed(double position, long row, Randomness random) =>
        _width > 0 ? random.NextIs(1 / (1 + Math.Exp(-4 * (row - position) / _width))) : row >= position;
}
