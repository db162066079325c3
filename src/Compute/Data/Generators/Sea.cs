namespace MoE.Compute.Data.Generators;

/// <summary>
/// The SEA concepts (Street and Kim: "A streaming ensemble algorithm (SEA) for large-scale classification", KDD 2001),
/// in the order of MOA's SEAGenerator: three features evenly out of [0, 10), of which the third has no meaning; group
/// A where the first two sum up to at most θ = 8, 9, 7, 9.5; then a share of the classes is turned over.
/// </summary>
/// <param name="seed">Where every random number comes from.</param>
/// <param name="drift">When θ changes; as many concepts at most as there are thresholds.</param>
/// <param name="noise">Share of classes turned over.</param>
/// <param name="thresholds">θ by concept; null for the four above.</param>
public sealed class Sea(
    long seed, DriftSchedule drift, double noise = 0.1, IReadOnlyList<double>? thresholds = null) : IRowGenerator
{
    private static readonly double[] FourThresholds = [8, 9, 7, 9.5];

    private readonly IReadOnlyList<double> _thresholds = thresholds ?? FourThresholds;
    private readonly Randomness _random = new(seed, 0);
    private long _row;

    /// <inheritdoc/>
    public Schema Schema { get; } = new(
        [.. Enumerable.Range(1, 3).Select(i => new Column($"x{i}", ColumnKind.Numeric))], "class");

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; } = ["groupA", "groupB"];

    /// <inheritdoc/>
    public IReadOnlyList<string> Categories(int feature) => [];

    /// <inheritdoc/>
    public int Draw(Span<float> features)
    {
        var threshold = _thresholds[drift.ConceptAt(_row++, _random)];
        var sum = 0.0;
        for (var i = 0; i < features.Length; i++)
        {
            var x = 10 * _random.NextDouble();
            features[i] = (float)x;
            sum += i < 2 ? x : 0;
        }
        return (sum > threshold) ^ _random.NextIs(noise) ? 1 : 0;
    }
}
