using System.Globalization;
using MoE.Host.Terminal;

namespace MoE.Host.Measures;

/// <summary>The results of the benchmark as tables.</summary>
internal static class BenchText
{
    /// <summary>All lines.</summary>
    public static IEnumerable<string> Lines(ComputeBenchResult result) =>
    [
        result.Hardware,
        "",
        "Ceilings",
        .. OfCeilings(result.Ceilings),
        "",
        "Experts by specification; each row is predicted, then learned",
        .. OfSpeeds(result.Kinds),
        "",
        $"Pools of routed experts, {result.Pools[0].TopK} per row",
        .. OfSpeeds(result.Pools),
        .. result.Devices.SelectMany(OfDevice),
    ];

    private static IEnumerable<string> OfCeilings(IReadOnlyList<RooflineCeilings> all)
    {
        var sizes = all[0].Copies.Select(copy => $"copy {RooflineCeilings.Size(copy.Bytes)}>");
        var lines = all[0].Lines.Select(line => $"lines/ns {RooflineCeilings.Size(line.Bytes)}>");
        var table = new TextTable(["where", "GFLOP/s>", "roots/ns>", "steps/ns>", .. sizes, .. lines]);
        foreach (var most in all)
            table.Add([most.Where, F1(most.Operations / 1e9), F2(most.Roots / 1e9), F2(most.Steps / 1e9),
                .. all[0].Copies.Select(
                    (_, i) => i < most.Copies.Count ? $"{F1(most.Copies[i].PerSecond / 1e9)} GB/s" : ""),
                .. all[0].Lines.Select(
                    (_, i) => i < most.Lines.Count ? F2(most.Lines[i].PerSecond / 1e9) : "")]);
        return table.Lines();
    }

    private static IEnumerable<string> OfSpeeds(IReadOnlyList<Throughput> speeds)
    {
        var hasDevices = speeds.Any(speed => speed.OneByOne is not null);
        var table = new TextTable(["experts>", "specification", "where", "rows/s>", "expert-rows/s>", "GFLOP/s>",
            "bytes/row>", "bound by", "share>", .. hasDevices ? (string[])["one launch each, rows/s>"] : []]);
        foreach (var speed in speeds)
            table.Add([$"{speed.Experts}", speed.Specification, speed.Where, N0(speed.RowsPerSecond),
                N0(speed.ExpertRowsPerSecond), F2(speed.Operations / 1e9), N0(speed.Cost.Bytes), speed.Bound.Name,
                Percent(speed.Share), .. hasDevices ? (string[])[N0(speed.OneByOne)] : []]);
        return table.Lines();
    }

    private static IEnumerable<string> OfDevice(DeviceSpeed device)
    {
        var table = new TextTable("bytes>", "to the device, µs>", "from it, µs>");
        foreach (var (bytes, up, down) in device.Transfers)
            table.Add(N0(bytes), F1(1e6 * up), F1(1e6 * down));
        return
        [
            "",
            $"{device.Name}  {device.Description}",
            $"an empty launch takes {F1(1e6 * device.LaunchSeconds)} µs alone, "
                + $"{F1(1e6 * device.QueuedSeconds)} µs in a queue",
            .. table.Lines(),
        ];
    }

    private static string N0(double? value) => value?.ToString("N0", CultureInfo.InvariantCulture) ?? "";

    private static string F1(double? value) => value?.ToString("F1", CultureInfo.InvariantCulture) ?? "";

    private static string F2(double? value) => value?.ToString("F2", CultureInfo.InvariantCulture) ?? "";

    private static string Percent(double? share) => share is { } value ? $"{F1(100 * value)} %" : "";
}
