using static System.FormattableString;

namespace MoE.Compute.Drift;

/// <summary>
/// How much <see cref="PageHinkley"/> puts up with. On a series of variance σ² whose mean stays, false alarms are about
/// exp(2δλ/σ²) · σ²/(2δ²) values apart; a change by Δ above δ is confirmed after about λ / (Δ − δ) values.
/// </summary>
public sealed record PageHinkleyOptions
{
    /// <summary>δ, by how much the mean may be off. 0 or more. Default 0.02.</summary>
    public double Delta { get; init; } = 0.02;

    /// <summary>λ, the sum of what is more than that, at which a change is confirmed. Above 0. Default 50.</summary>
    public double Lambda { get; init; } = 50;

    /// <summary>
    /// α, what is left of that sum at the next value; then a change by less than δ + λ (1 − α) is never confirmed.
    /// Above 0, up to 1 (nothing is forgotten). Default 0.9999.
    /// </summary>
    public double Alpha { get; init; } = 0.9999;

    /// <summary>Values of a regime before a change can be confirmed. From 1 to 1,000,000. Default 30.</summary>
    public int Settling { get; init; } = 30;

    /// <summary>Refuses values that nothing can be detected with, naming every one that is wrong.</summary>
    /// <exception cref="InvalidOptionsException">At least one value is out of its range.</exception>
    public PageHinkleyOptions Validated()
    {
        List<string> problems = [];
        if (!(Delta >= 0 && double.IsFinite(Delta)))
            problems.Add(Invariant($"The delta of Page-Hinkley is {Delta}; it must be 0 or more."));
        if (!(Lambda > 0 && double.IsFinite(Lambda)))
            problems.Add(Invariant($"The lambda of Page-Hinkley is {Lambda}; it must be above 0."));
        if (!(Alpha > 0 && Alpha <= 1))
            problems.Add(Invariant($"The alpha of Page-Hinkley is {Alpha}; it must lie above 0 and be 1 at most."));
        if (Settling is < 1 or > 1_000_000)
            problems.Add(Invariant(
                $"The settling of Page-Hinkley is {Settling} values; it must lie in [1, 1000000]."));
        return problems.Count == 0 ? this : throw new InvalidOptionsException(problems);
    }
}
