using System.Globalization;
using MoE.Compute.Checks;
using MoE.Host.Terminal;

namespace MoE.Host.Measures;

/// <summary>The results of the self-test as a table.</summary>
internal static class SelftestText
{
    /// <summary>All lines; the last one is the verdict.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<SelftestResult> results)
    {
        var table = new TextTable("device", "specification", "rows>", "learning>", "frozen>", "from image>", "replay",
            "image", "seconds>", "");
        foreach (var (device, finding, elapsed) in results)
            table.Add(device, finding.Specification, finding.Rows.ToString("N0", CultureInfo.InvariantCulture),
                Difference(finding.Difference), Difference(finding.FrozenDifference),
                Difference(finding.ImageDifference),
                finding.Replays ? "same bits" : "DIFFERS", finding.KeepsImages ? "intact" : "DIFFERS",
                elapsed.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture),
                finding.Problem ?? (finding.Holds ? "" : "FAILS"));
        var failed = results.Count(result => !result.Finding.Holds);
        return
        [
            .. table.Lines(),
            "",
            failed == 0
                ? $"all {results.Count} hold: probabilities within {Difference(KernelFinding.Limit)}, "
                    + "replays the same bits"
                : $"{failed} of {results.Count} FAIL: a probability differs by more than "
                    + $"{Difference(KernelFinding.Limit)}, or bits do, or the device refuses",
        ];
    }

    private static string Difference(double difference) => difference.ToString("0.0e+0", CultureInfo.InvariantCulture);
}

/// <summary>The result for one specification on one device.</summary>
/// <param name="Device">The device.</param>
/// <param name="Finding">The comparison with the definition.</param>
/// <param name="Elapsed">The time it took.</param>
internal sealed record SelftestResult(string Device, KernelFinding Finding, TimeSpan Elapsed);
