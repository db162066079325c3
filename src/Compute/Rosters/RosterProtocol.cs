using MoE.Compute.Experts;

namespace MoE.Compute.Rosters;

/// <summary>
/// A wish to change the pool. Experts are named by their id, or by their number in the list of experts, from 1 on;
/// <c>id:3</c> is the expert with the id 3, as models of earlier versions may have one.
/// </summary>
public abstract record RosterCommand
{
    /// <summary>The reason of a command that came with none.</summary>
    public const string NoReason = "it was told to";

    /// <summary>Why, in one sentence.</summary>
    public string Reason { get; init; } = NoReason;
}

/// <summary>Takes a new expert into the pool: a fresh one, or a copy of one that is there.</summary>
public sealed record AddExpert : RosterCommand
{
    /// <summary>Its id; null for its kind's, or its parent's, followed by its number.</summary>
    public string? Id { get; init; }

    /// <summary>Kind and options; null for those of the expert that it is a copy of.</summary>
    public string? Text { get; init; }

    /// <summary>Its role; null for that of the expert that it is a copy of, and shared for a fresh one.</summary>
    public ExpertRole? Role { get; init; }

    /// <summary>The expert to copy; null for a new one.</summary>
    public string? CloneOf { get; init; }

    /// <summary>Standard deviation of noise to add to the weights of the copy. From 0 to 1. Default 0.</summary>
    public float Noise { get; init; }

    /// <summary>Where its random numbers come from; null for the mixture's own seed.</summary>
    public long? Seed { get; init; }

    /// <summary>What it does at first. Default <see cref="ExpertMode.Learning"/>.</summary>
    public ExpertMode Mode { get; init; }
}

/// <summary>Has an expert predict without learning.</summary>
public sealed record FreezeExpert(string Id) : RosterCommand;

/// <summary>Has an expert learn again.</summary>
public sealed record ThawExpert(string Id) : RosterCommand;

/// <summary>Takes an expert out of the pool.</summary>
public sealed record RetireExpert(string Id) : RosterCommand;

/// <summary>Makes a routed or archived expert a shared one.</summary>
public sealed record PromoteExpert(string Id) : RosterCommand;

/// <summary>Makes a shared or archived expert a routed one.</summary>
public sealed record DemoteExpert(string Id) : RosterCommand;

/// <summary>Gives an expert another id.</summary>
public sealed record RenameExpert(string Id, string NewId) : RosterCommand;
