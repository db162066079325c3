namespace MoE.Compute.Data.Generators;

/// <summary>Draws the rows of an artificial stream, one after the other and without end.</summary>
public interface IRowGenerator
{
    /// <summary>The columns.</summary>
    Schema Schema { get; }

    /// <summary>The names of the classes, by the number that <see cref="Draw"/> gives.</summary>
    IReadOnlyList<string> Classes { get; }

    /// <summary>The names of a categorical feature, by the number that <see cref="Draw"/> gives.</summary>
    IReadOnlyList<string> Categories(int feature);

    /// <summary>Draws the next row: writes its D features, and gives its class.</summary>
    int Draw(Span<float> features);
}

/// <summary>
/// Random numbers that are the same in every version: SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom
/// number generators", OOPSLA 2014). Even ones are so on every machine, normal ones where log and cos are.
/// </summary>
internal sealed class Randomness(long seed, int stream)
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private ulong _state = Mix((ulong)seed) ^ Mix((ulong)stream * Golden);

    /// <summary>A number evenly out of [0, 1).</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1L << 53));

    /// <summary>A whole number evenly out of [0, <paramref name="limit"/>).</summary>
    public int NextBelow(int limit) => (int)Math.BigMul(Next(), (ulong)limit, out _);

    /// <summary>True with the given probability.</summary>
    public bool NextIs(double probability) => NextDouble() < probability;

    /// <summary>A number out of the normal distribution N(0, 1), after Box and Muller 1958.</summary>
    public double NextGaussian()
    {
        var radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        return radius * Math.Cos(2 * Math.PI * NextDouble());
    }

    private ulong Next() => Mix(_state += Golden);

    private static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
