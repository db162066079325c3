namespace MoE.Compute.Data.Generators;

/// <summary>
/// The digit on a display of seven segments (Breiman, Friedman, Olshen and Stone: "Classification and regression
/// trees", 1984), as MOA's LEDGeneratorDrift draws it: 24 binary features, of which seven are the segments, each wrong
/// with the probability of the noise, and 17 are chance. Drift: the first 1, 3, 5, then all 7 segments have swapped
/// their places with meaningless features (Gomes et al.: "Adaptive random forests", Machine Learning 106, 2017).
/// </summary>
/// <param name="seed">Where every random number comes from.</param>
/// <param name="drift">When more segments swap; four concepts at most.</param>
/// <param name="noise">Probability that a segment is wrong.</param>
public sealed class Led(long seed, DriftSchedule drift, double noise = 0.1) : IRowGenerator
{
    private const int Segments = 7;

    /// <summary>Top, upper left, upper right, middle, lower left, lower right, bottom.</summary>
    private static readonly string[] Digits =
    [
        "1110111", "0010010", "1011101", "1011011", "0111010", "1101011", "1101111", "1010010", "1111111", "1111011",
    ];

    private static readonly int[] Swapped = [1, 3, 5, 7];

    private readonly Randomness _random = new(seed, 0);
    private long _row;

    /// <inheritdoc/>
    public Schema Schema { get; } = new(
        [.. Enumerable.Range(1, 24).Select(i => new Column($"x{i}", ColumnKind.Numeric))], "digit");

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; } = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

    /// <inheritdoc/>
    public IReadOnlyList<string> Categories(int feature) => [];

    /// <inheritdoc/>
    public int Draw(Span<float> features)
    {
        var swapped = Swapped[drift.ConceptAt(_row++, _random)];
        var digit = _random.NextBelow(Digits.Length);
        for (var i = 0; i < features.Length; i++)
        {
            var lit = i < Segments ? (Digits[digit][i] == '1') ^ _random.NextIs(noise) : _random.NextIs(0.5);
            features[PlaceOf(i, swapped)] = lit ? 1 : 0;
        }
        return digit;
    }

    private static int PlaceOf(int feature, int swapped) =>
        feature < swapped ? feature + Segments
        : feature >= Segments && feature < Segments + swapped ? feature - Segments
        : feature;
}
