using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MoE.Compute.Data.Generators;

/// <summary>
/// Moving clouds, MOA's RandomRBFGeneratorDrift (Bifet, Holmes, Pfahringer, Kirkby, Gavaldà: "New ensemble methods for
/// evolving data streams", KDD 2009): 50 centroids in [0, 1]¹⁰, each with a class of 5, a spread and a weight, all
/// evenly drawn. A row chooses a centroid by weight and lies off it in a random direction by N(0, spread²). Before
/// each row every centroid moves by the speed along its own direction; at the walls it turns back.
/// </summary>
public sealed class RandomRbf : IRowGenerator
{
    // Centroids times dimensions is a multiple of 4, so that Move has no rest.
    private const int Centroids = 50;
    private const int Dimensions = 10;

    private readonly Randomness _random;
    private readonly double _speed;
    private readonly double[] _centres = new double[Centroids * Dimensions];
    private readonly double[] _directions = new double[Centroids * Dimensions];
    private readonly int[] _classes = new int[Centroids];
    private readonly double[] _spreads = new double[Centroids];
    private readonly double[] _weights = new double[Centroids];
    private readonly double _weightSum;

    /// <summary>Clouds at their places before the first row.</summary>
    /// <param name="seed">Where every random number comes from.</param>
    /// <param name="speed">How far a centroid moves a row; 0.0001 is called moderate, 0.001 fast.</param>
    public RandomRbf(long seed, double speed)
    {
        (_random, _speed) = (new Randomness(seed, 0), speed);
        var model = new Randomness(seed, 1);
        for (var c = 0; c < Centroids; c++)
        {
            Fill(_centres.AsSpan(c * Dimensions, Dimensions), model);
            _classes[c] = model.NextBelow(Classes.Count);
            _spreads[c] = model.NextDouble();
            _weightSum += _weights[c] = model.NextDouble();
        }
        for (var c = 0; c < Centroids; c++)
        {
            // All directions begin upwards, as in MOA.
            var direction = _directions.AsSpan(c * Dimensions, Dimensions);
            Fill(direction, model);
            var length = Length(direction);
            foreach (ref var part in direction)
                part /= length;
        }
    }

    /// <inheritdoc/>
    public Schema Schema { get; } = new(
        [.. Enumerable.Range(1, Dimensions).Select(i => new Column($"x{i}", ColumnKind.Numeric))], "class");

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; } = ["class1", "class2", "class3", "class4", "class5"];

    /// <inheritdoc/>
    public IReadOnlyList<string> Categories(int feature) => [];

    /// <inheritdoc/>
    public int Draw(Span<float> features)
    {
        Move();
        var chosen = Choose();
        Span<double> offset = stackalloc double[Dimensions];
        foreach (ref var part in offset)
            part = 2 * _random.NextDouble() - 1;
        var scale = _random.NextGaussian() * _spreads[chosen] / Length(offset);
        for (var i = 0; i < Dimensions; i++)
            features[i] = (float)(_centres[chosen * Dimensions + i] + offset[i] * scale);
        return _classes[chosen];
    }

    private void Move()
    {
        var centres = MemoryMarshal.Cast<double, Vector256<double>>(_centres.AsSpan());
        var directions = MemoryMarshal.Cast<double, Vector256<double>>(_directions.AsSpan());
        for (var i = 0; i < centres.Length; i++)
        {
            var moved = centres[i] + directions[i] * _speed;
            var inside = Vector256.Clamp(moved, Vector256<double>.Zero, Vector256<double>.One);
            centres[i] = inside;
            directions[i] = Vector256.ConditionalSelect(Vector256.Equals(moved, inside), directions[i], -directions[i]);
        }
    }

    private int Choose()
    {
        var left = _random.NextDouble() * _weightSum;
        var chosen = 0;
        while (chosen < Centroids - 1 && (left -= _weights[chosen]) >= 0)
            chosen++;
        return chosen;
    }

    private static void Fill(Span<double> values, Randomness random)
    {
        foreach (ref var value in values)
            value = random.NextDouble();
    }

    private static double Length(ReadOnlySpan<double> vector)
    {
        var sum = 0.0;
        foreach (var part in vector)
            sum += part * part;
        return Math.Sqrt(sum);
    }
}
