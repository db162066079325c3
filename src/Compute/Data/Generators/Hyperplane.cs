namespace MoE.Compute.Data.Generators;

/// <summary>
/// A turning plane (Hulten, Spencer, Domingos: "Mining time-changing data streams", KDD 2001), MOA's
/// HyperplaneGenerator with all of 10 features drifting: features evenly out of [0, 1), class 2 where Σ wᵢxᵢ is at
/// least Σ wᵢ / 2. After each row every weight moves by the magnitude, and turns round with probability 0.1.
/// </summary>
public sealed class Hyperplane : IRowGenerator
{
    private const int Dimensions = 10;
    private const double TurnProbability = 0.1;

    private readonly Randomness _random;
    private readonly double _noise;
    private readonly double[] _weights = new double[Dimensions];
    private readonly double[] _steps = new double[Dimensions];

    /// <summary>A plane with random weights.</summary>
    /// <param name="seed">Where every random number comes from.</param>
    /// <param name="magnitude">By how much a weight changes a row.</param>
    /// <param name="noise">Share of classes turned over.</param>
    public Hyperplane(long seed, double magnitude = 0.001, double noise = 0.05)
    {
        (_random, _noise) = (new Randomness(seed, 0), noise);
        for (var i = 0; i < Dimensions; i++)
            (_weights[i], _steps[i]) = (_random.NextDouble(), magnitude);
    }

    /// <inheritdoc/>
    public Schema Schema { get; } = new(
        [.. Enumerable.Range(1, Dimensions).Select(i => new Column($"x{i}", ColumnKind.Numeric))], "class");

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; } = ["class1", "class2"];

    /// <inheritdoc/>
    public IReadOnlyList<string> Categories(int feature) => [];

    /// <inheritdoc/>
    public int Draw(Span<float> features)
    {
        var sum = 0.0;
        for (var i = 0; i < Dimensions; i++)
        {
            var x = _random.NextDouble();
            features[i] = (float)x;
            sum += _weights[i] * (x - 0.5);
        }
        var isSecond = (sum >= 0) ^ _random.NextIs(_noise);
        for (var i = 0; i < Dimensions; i++)
        {
            _weights[i] += _steps[i];
            if (_random.NextIs(TurnProbability))
                _steps[i] = -_steps[i];
        }
        return isSecond ? 1 : 0;
    }
}
