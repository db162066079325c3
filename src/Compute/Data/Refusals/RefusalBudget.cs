using static System.FormattableString;

namespace MoE.Compute.Data.Refusals;

/// <summary>How many rows of a source may be refused before reading it on makes no sense.</summary>
public sealed record RefusalBudget
{
    /// <summary>Refused rows by their share of all rows so far. From 0 to 1. Default 0.01.</summary>
    public double MaxShare { get; init; } = 0.01;

    /// <summary>Refused rows that are borne whatever their share. 0 or more. Default 10.</summary>
    public long AtLeast { get; init; } = 10;

    /// <summary>Refused rows that are borne among <paramref name="rows"/> rows.</summary>
    public long Limit(long rows) => Math.Max(AtLeast, (long)Math.Floor(MaxShare * rows));

    /// <summary>Refuses values that make no sense, naming every one that is wrong.</summary>
    /// <exception cref="InvalidOptionsException">At least one value is out of its range.</exception>
    public RefusalBudget Validated()
    {
        List<string> problems = [];
        if (MaxShare is not (>= 0 and <= 1))
            problems.Add(Invariant($"The share of refused rows is {MaxShare}; it must lie in [0, 1]."));
        if (AtLeast < 0)
            problems.Add($"The number of refused rows is {AtLeast}; it must be 0 or more.");
        return problems.Count == 0 ? this : throw new InvalidOptionsException(problems);
    }
}
