using MoE.Compute.Scoring;

namespace MoE.Compute.Data;

/// <summary>
/// What a model predicts of each row. Its kind decides what labels are and how predictions are scored.
/// </summary>
/// <param name="Name">The name of its column.</param>
public abstract record Target(string Name)
{
    /// <summary>A scoreboard on which nothing has been scored yet.</summary>
    public abstract IScoreboard NewScoreboard();
}

/// <summary>One of several classes, which are met while rows come in.</summary>
/// <param name="Name">The name of its column.</param>
public sealed record Classes(string Name) : Target(Name)
{
    /// <inheritdoc/>
    public override IScoreboard NewScoreboard() => new Prequential();
}
