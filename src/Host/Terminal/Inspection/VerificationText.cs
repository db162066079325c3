using System.Globalization;
using MoE.Actors.Inspection;

namespace MoE.Host.Terminal.Inspection;

/// <summary>What a verification came to, as text for people.</summary>
internal static class VerificationText
{
    /// <summary>The lines, without their ends.</summary>
    public static IEnumerable<string> Write(Verification verification)
    {
        yield return Compared(verification);
        if (verification is { Left: { } left, Checkpoint: not null })
            yield return left;
        if (verification.LastFingerprint is { } fingerprint)
            yield return string.Create(CultureInfo.InvariantCulture,
                $"the log ends after batch {verification.LastBatch:N0}: {fingerprint}");
    }

    private static string Compared(Verification verification) => verification switch
    {
        { From: null } => "not verified: there is no intact point from which the log can be replayed",
        { Problem: { } problem } => $"not verified: {problem}",
        { Checkpoint: null, Left: { } left } => $"not verified: {left}",
        { Checkpoint: null } => $"nothing to compare: there is no intact checkpoint after {verification.From}",
        { Differences.Count: > 0 } => $"not verified: replaying the log from {verification.From} does not reproduce "
            + $"checkpoint {verification.Checkpoint}{On(verification)}: differences in "
            + string.Join(", ", verification.Differences),
        _ => $"verified{On(verification)}: replaying the log from {verification.From} reproduces checkpoint "
            + $"{verification.Checkpoint}: {verification.Fingerprint}",
    };
    private static string On(Verification verification) =>
        verification.Devices.Count == 0 ? "" : $" on {string.Join(" and ", verification.Devices)}";
}
