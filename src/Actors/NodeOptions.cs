using MoE.Compute;
using MoE.Compute.Gpu.Devices;

namespace MoE.Actors;

/// <summary>Where the models of a node are stored, and what computes their experts.</summary>
public sealed record NodeOptions
{
    /// <summary>
    /// The store of all models, and when a row counts as stored. Its <see cref="DurabilityOptions.Model"/> is of no
    /// account: every model has a name of its own. Default: memory.
    /// </summary>
    public DurabilityOptions Durability { get; init; } = new();

    /// <summary>What the experts are computed on. Default: the best device that there is.</summary>
    public ComputeOptions Compute { get; init; } = new();

    /// <summary>
    /// Longest time for the last checkpoints when the host stops, longer than 0; what is not stored by then is learned
    /// again from the log. Default 20 s.
    /// </summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Refuses values that a node cannot run with, naming every one that is wrong.</summary>
    /// <exception cref="InvalidOptionsException">At least one value is out of its range.</exception>
    public NodeOptions Validated()
    {
        List<string> problems = [];
        Collect(() => Durability.Validated(), problems);
        Collect(() => Compute.Validated(), problems);
        if (CloseTimeout <= TimeSpan.Zero || CloseTimeout.TotalMilliseconds > int.MaxValue)
            problems.Add($"{nameof(CloseTimeout)} is {CloseTimeout}; it must be longer than 0, and less than 24 days.");
        return problems.Count == 0 ? this : throw new InvalidOptionsException(problems);
    }

    private static void Collect(Action validated, List<string> problems)
    {
        try
        {
            validated();
        }
        catch (InvalidOptionsException e)
        {
            problems.AddRange(e.Problems);
        }
    }
}
