using System.Globalization;
using MoE.Compute.Gpu.Devices;
using MoE.Host.Terminal.Pool;

namespace MoE.Host.Terminal;

/// <summary>The result as text for people.</summary>
internal static class Summary
{
    private const int MostChanges = 10;

    /// <summary>The lines, without their ends.</summary>
    public static IEnumerable<string> Write(RunResult result)
    {
        var scores = result.Scores;
        var culture = CultureInfo.InvariantCulture;
        yield return string.Create(culture,
            $"{result.Source}: {scores.Rows:N0} rows learned, {scores.Refused:N0} refused, {scores.Classes} classes")
            + (result.Duplicates == 0 ? "" : string.Create(culture, $"; {result.Duplicates:N0} more were duplicates"));
        yield return "";
        yield return string.Create(culture, $"accuracy        {scores.Accuracy,9:F2} %");
        yield return string.Create(culture, $"kappa           {scores.Kappa,9:F2} %");
        yield return string.Create(culture, $"kappa temporal  {scores.KappaTemporal,9:F2} %");
        yield return string.Create(culture, $"log loss        {scores.LogLoss,9:F4} nats");
        yield return string.Create(culture, $"speed           {Speed(result),9} rows/s ")
            + string.Create(culture, $"({result.RowsOfThisRun:N0} rows in {result.Elapsed.TotalSeconds:F2} s)");
        if (result.Load is { } load)
            yield return string.Create(culture,
                $"load            {load.Entropy,9:F2} % of even ({load.Dead} of {load.Experts} routed experts dead)");
        yield return $"fingerprint     {result.Fingerprint}";
        yield return "";
        foreach (var line in Experts(result).Lines())
            yield return line;
        foreach (var line in Changes(result))
            yield return line;
        foreach (var line in Drifts(result))
            yield return line;
    }

    private static IEnumerable<string> Changes(RunResult result)
    {
        if (result.Changes.Count == 0)
            return [];
        var table = new TextTable("after row>", "batch>", "change", "why");
        foreach (var placed in result.Changes.TakeLast(MostChanges))
            table.Add(Number(placed.Row), Number(placed.Change.From), placed.Text, placed.Change.Reason);
        string[] more = result.Changes.Count <= MostChanges ? []
            : [$"{Number(result.Changes.Count - MostChanges)} earlier changes are not shown; --json lists all."];
        return ["", .. table.Lines(), .. more];
    }

    private static IEnumerable<string> Drifts(RunResult result)
    {
        if (result.Drifts.Count == 0)
            return [];
        var left = Math.Max(0, result.Drifts.Count - MostChanges);
        return
        [
            "",
            .. result.Drifts.Skip(left).Select(drift => $"row {Number(drift.Row)}: {drift.Text}"),
            .. left == 0 ? (string[])[] : [$"{Number(left)} earlier ones are not shown; --json lists all."],
        ];
    }

    private static TextTable Experts(RunResult result)
    {
        // A column that says cpu in every line says nothing.
        var hasDevices = result.Experts.Any(expert => expert.Device != ComputeOptions.Cpu);
        var table = new TextTable([
            "expert", "kind", "role", "mode", "accuracy>", "share>", "weight>", .. Shown("device")]);
        foreach (var (member, score, device) in result.Experts)
            table.Add([member.Spec.Id, member.Spec.Kind, member.Spec.Role.Name(), member.Mode.Name(),
                Percent(score.Accuracy), Percent(score.Share), Percent(score.WeightShare), .. Shown(device)]);
        return table;

        IEnumerable<string> Shown(string cell) => hasDevices ? [cell] : [];
    }

    private static string Speed(RunResult result) => !result.HasSpeed ? "-"
        : result.RowsPerSecond.ToString("N0", CultureInfo.InvariantCulture);

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Percent(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:F2} %");
}
