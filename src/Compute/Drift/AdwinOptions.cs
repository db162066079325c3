using static System.FormattableString;

namespace MoE.Compute.Drift;

/// <summary>How sure <see cref="Adwin"/> is to be, and how often it looks.</summary>
public sealed record AdwinOptions
{
    /// <summary>
    /// δ, the probability at most of a false alarm whenever it looks. Above 0, below 1. Default 0.002.
    /// </summary>
    public double Delta { get; init; } = 0.002;

    /// <summary>Values from one look for a change to the next. From 1 to 1,000,000. Default 32.</summary>
    public int Interval { get; init; } = 32;

    /// <summary>Refuses values that nothing can be detected with, naming every one that is wrong.</summary>
    /// <exception cref="InvalidOptionsException">At least one value is out of its range.</exception>
    public AdwinOptions Validated()
    {
        List<string> problems = [];
        if (!(Delta > 0 && Delta < 1))
            problems.Add(Invariant($"The delta of ADWIN is {Delta}; it must lie above 0 and below 1."));
        if (Interval is < 1 or > 1_000_000)
            problems.Add(Invariant($"The interval of ADWIN is {Interval} values; it must lie in [1, 1000000]."));
        return problems.Count == 0 ? this : throw new InvalidOptionsException(problems);
    }
}
