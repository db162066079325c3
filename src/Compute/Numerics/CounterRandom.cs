namespace MoE.Compute.Numerics;

/// <summary>
/// Random numbers as a function of where they are used, so that they do not depend on what was drawn before
/// (SplitMix64, Steele et al. 2014).
/// </summary>
internal static class CounterRandom
{
    /// <summary>A number of its own for every (seed, stream, index).</summary>
    public static ulong Bits(ulong seed, ulong stream, ulong index) =>
        Mix(Mix(Mix(seed + 0x9E3779B97F4A7C15) ^ stream) + (index * 0x9E3779B97F4A7C15));

    /// <summary>Uniform in [0, 1).</summary>
    public static float Uniform(ulong seed, ulong stream, ulong index) =>
        (Bits(seed, stream, index) >> 40) * (1f / (1 << 24));

    /// <summary>Mean 0, variance 1, within ±6: the sum of twelve uniform numbers, exact on every machine.</summary>
    public static float Gaussian(ulong seed, ulong stream, ulong index)
    {
        var sum = 0;
        for (ulong i = 0; i < 3; i++)
        {
            var bits = Bits(seed, stream, (3 * index) + i);
            sum += (int)(bits & 0xFFFF) + (int)((bits >> 16) & 0xFFFF)
                + (int)((bits >> 32) & 0xFFFF) + (int)(bits >> 48);
        }
        return (sum * (1f / 65536f)) - 6f;
    }

    /// <summary>A seed out of a seed and a name.</summary>
    public static ulong Seed(long seed, string name)
    {
        var hash = (ulong)seed;
        foreach (var c in name)
            hash = Mix((hash + 0x9E3779B97F4A7C15) ^ c);
        return hash;
    }

    /// <summary>Scatters the bits of a number.</summary>
    public static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
