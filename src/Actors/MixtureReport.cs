using MoE.Compute.Rosters;
using MoE.Compute.Scoring;

namespace MoE.Actors;

/// <summary>How a mixture stands after everything that was learned so far.</summary>
/// <param name="Scores">How good the mixed predictions were.</param>
/// <param name="Experts">How good each expert was, in the roster's order.</param>
/// <param name="Duplicates">Rows offered since it was opened that it had read before, and so did not learn.</param>
/// <param name="Fingerprint">A hash over every number of gate and experts: equal exactly when the mixtures are.</param>
/// <param name="Roster">The pool that the next row meets.</param>
public sealed record MixtureReport(
    Scores Scores, IReadOnlyList<ExpertScore> Experts, long Duplicates, string Fingerprint,
    Roster Roster) : IWireMessage
{
    /// <summary>What computes each expert, in the roster's order: cpu, or a device's name.</summary>
    public required IReadOnlyList<string> Devices { get; init; }
}
