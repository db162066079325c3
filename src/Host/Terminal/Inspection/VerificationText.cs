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
        if (verification.LastFingerprint is { } fingerprint)
            yield return string.Create(CultureInfo.InvariantCulture,
                $"the log ends after batch {verification.LastBatch:N0}: {fingerprint}");
    }

    private static string Compared(Verification verification) => verification switch
    {
        { From: null } => "not verified: there is nothing whole from which the log can be walked",
        { Elsewhere: { } elsewhere } => $"not verified: {elsewhere}, whose numbers are not to the bit those of the "
            + "CPU, which verifies",
        { Problem: { } problem } => $"not verified: {problem}",
        { Checkpoint: null } => $"nothing to compare: no whole checkpoint comes behind {verification.From}",
        { Differences.Count: > 0 } => $"not verified: the log from {verification.From} arrives at other numbers than "
            + $"those of checkpoint {verification.Checkpoint}: {string.Join(", ", verification.Differences)}",
        _ => $"verified: the log from {verification.From} arrives at checkpoint {verification.Checkpoint}: "
            + verification.Fingerprint,
    };
}
