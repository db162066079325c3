using MoE.Compute.Experts;
using MoE.Compute.Gating;
using MoE.Compute.Growth;
using static System.FormattableString;

namespace MoE.Compute;

/// <summary>
/// Everything that decides what a mixture computes. Two mixtures of equal options and rows are equal to the bit.
/// </summary>
public sealed record MixtureOptions
{
    /// <summary>What <see cref="MaxClasses"/> may be at most.</summary>
    public const int MostClasses = 1024;

    /// <summary>What <see cref="Batch"/> may be at most.</summary>
    public const int MostRows = 4096;

    /// <summary>Rows per batch, the unit of transport. From 1 to 4096. Default 64.</summary>
    public int Batch { get; init; } = 64;

    /// <summary>
    /// Batches that may be under way at once, and by which the router's choice lags. From 1 to 256. Default 8.
    /// </summary>
    public int Window { get; init; } = 8;

    /// <summary>Where every random number comes from. Default 1.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Classes after which rows of a further one are refused. From 2 to 1024. Default 64.</summary>
    public int MaxClasses { get; init; } = 64;

    /// <summary>How routed experts are chosen.</summary>
    public RouterOptions Router { get; init; } = new();

    /// <summary>The experts to start with.</summary>
    public IReadOnlyList<ExpertSpec> Pool { get; init; } = DefaultPool.Experts;

    /// <summary>
    /// Whether and how the pool changes by itself. No part of a stored definition: a model may be gone on with under
    /// another one, because what was done is in its log.
    /// </summary>
    public GrowthOptions Growth { get; init; } = new();

    /// <summary>
    /// Refuses values that a mixture cannot begin with, naming every one that is wrong: those of
    /// <see cref="Validated"/>, and ids that earlier versions took and stored models may have.
    /// </summary>
    /// <exception cref="InvalidOptionsException">At least one value is out of its range.</exception>
    public MixtureOptions ValidatedAsNew()
    {
        var problems = Validated().ProblemsOfNew();
        return problems.Count == 0 ? this : throw new InvalidOptionsException(problems);
    }

    /// <summary>What a stored model may have and a new one may not, in one sentence each.</summary>
    public IReadOnlyList<string> ProblemsOfNew() => [.. ExpertKinds.IdProblems(Pool)];

    /// <summary>Refuses values that a mixture cannot run with, naming every one that is wrong.</summary>
    /// <exception cref="InvalidOptionsException">At least one value is out of its range.</exception>
    public MixtureOptions Validated()
    {
        List<string> problems = [];
        if (Batch is < 1 or > MostRows)
            problems.Add(Invariant($"moe.batch is {Batch}; it must lie in [1, {MostRows}]."));
        if (Window is < 1 or > 256)
            problems.Add(Invariant($"moe.window is {Window}; it must lie in [1, 256]."));
        if (MaxClasses is < 2 or > MostClasses)
            problems.Add(Invariant($"moe.max-classes is {MaxClasses}; it must lie in [2, {MostClasses}]."));
        Router.Check(problems);
        Growth.Check(problems);
        ExpertKinds.Check(Pool, problems);
        return problems.Count == 0 ? this : throw new InvalidOptionsException(problems);
    }
}

/// <summary>Configuration that cannot be run with: every problem found, not just the first.</summary>
public sealed class InvalidOptionsException(IReadOnlyList<string> problems)
    : Exception(string.Join(Environment.NewLine, problems))
{
    /// <summary>One sentence per wrong setting: its full key, its value, what it may be.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}
