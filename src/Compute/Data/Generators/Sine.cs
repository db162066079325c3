namespace MoE.Compute.Data.Generators;

/// <summary>
/// SINE1 and SINE2 with their classes as they are and turned over (Gama, Medas, Castillo, Rodrigues: "Learning with
/// drift detection", SBIA 2004), the four functions of MOA's SineGenerator: features evenly out of [0, 1), of which the
/// last two have no meaning. Positive where x₂ lies below the curve sin(x₁), above it, below 0.5 + 0.3 sin(3πx₁), above
/// that. No noise.
/// </summary>
/// <param name="seed">Where every random number comes from.</param>
/// <param name="drift">When the function changes; four concepts at most.</param>
public sealed class Sine(long seed, DriftSchedule drift) : IRowGenerator
{
    private readonly Randomness _random = new(seed, 0);
    private long _row;

    /// <inheritdoc/>
    public Schema Schema { get; } = new(
        [.. Enumerable.Range(1, 4).Select(i => new Column($"x{i}", ColumnKind.Numeric))], "class");

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; } = ["positive", "negative"];

    /// <inheritdoc/>
    public IReadOnlyList<string> Categories(int feature) => [];

    /// <inheritdoc/>
    public int Draw(Span<float> features)
    {
        var concept = drift.ConceptAt(_row++, _random);
        var (x, y) = (_random.NextDouble(), _random.NextDouble());
        (features[0], features[1]) = ((float)x, (float)y);
        for (var i = 2; i < features.Length; i++)
            features[i] = (float)_random.NextDouble();
        var curve = concept < 2 ? Math.Sin(x) : 0.5 + 0.3 * Math.Sin(3 * Math.PI * x);
        var isTurned = concept % 2 == 1;
        return (y < curve) ^ isTurned ? 0 : 1;
    }
}
