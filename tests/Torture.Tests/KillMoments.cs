using System.Globalization;

namespace MoE.Torture.Tests;

/// <summary>Random moments of a life, from the start of the process to somewhat after it begins to learn.</summary>
/// <param name="seed">Where they come from.</param>
/// <param name="learns">After what time a process is expected to learn at first.</param>
internal sealed class KillMoments(int seed, TimeSpan learns)
{
    private const double Latest = 1.9;

    private readonly Random _random = new(seed);
    private TimeSpan _learns = learns;
    private TimeSpan _last;

    /// <summary>As many as the variable says, else as many as fit into a run of all tests.</summary>
    public static int Wanted(int otherwise) =>
        Environment.GetEnvironmentVariable("MOE_TORTURE_KILLS") is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : otherwise;

    /// <summary>A moment of a life that is about to start.</summary>
    public TimeSpan Next() => _last = Latest * _random.NextDouble() * _learns;

    /// <summary>
    /// Goes with the machine, which is not equally busy all the time. A life that learned nothing says something too:
    /// to heed only those that were quick enough to learn would make the moments ever earlier.
    /// </summary>
    public void Note(Life life)
    {
        if (life.LearnedAt is { } learned)
            _learns = (_learns + learned) / 2;
        else if (_last > _learns)
            _learns = _last;
    }
}
