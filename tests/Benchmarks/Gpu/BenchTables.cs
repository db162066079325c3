using System.Text.Json.Nodes;
using MoE.Benchmarks.Pool;
using static MoE.Benchmarks.Gpu.MeasuredFolder;

namespace MoE.Benchmarks.Gpu;

/// <summary>The tables of one <c>moe bench compute</c>.</summary>
internal static class BenchTables
{
    private const int ManyExperts = 512, FewExperts = 8, FlatExperts = 256;

    /// <summary>Writes them.</summary>
    /// <param name="bench">What the bench printed.</param>
    /// <param name="device">The device that was measured.</param>
    /// <param name="output">Takes the tables.</param>
    public static void Write(JsonNode bench, string device, StringWriter output)
    {
        var pools = Items(bench["pools"]).ToList();
        WriteCeilings(bench, output);
        output.WriteLine();
        output.WriteLine($"Experts of a kind; {Batch(pools)} rows a batch, each predicted, then learned:");
        WriteWalks(Items(bench["kinds"]), output);
        output.WriteLine();
        output.WriteLine($"Pools of routed experts `{Text(pools.FirstOrDefault()?["specification"])}`, "
            + $"{Number(pools.LastOrDefault()?["topK"])} to a row:");
        WriteWalks(pools, output);
        WriteClaims(pools, device, output);
    }

    private static string Batch(List<JsonNode> pools) => Table.Number(Number(pools.FirstOrDefault()?["batch"]));

    private static void WriteCeilings(JsonNode bench, StringWriter output)
    {
        output.WriteLine();
        output.WriteLine("What each place does at most:");
        var table = new Table(output, "where", "GFLOP/s", "largest copy, GB/s");
        foreach (var most in Items(bench["ceilings"]))
            table.Add(Text(most["where"]), Table.Number(Number(most["gigaFlops"]), "N1"),
                Table.Number(Number(Items(most["copies"]).Last()["gigabytesPerSecond"]), "N1"));
        foreach (var device in Items(bench["devices"]))
        {
            output.WriteLine();
            output.WriteLine($"On {Text(device["name"])} an empty launch and its end take "
                + $"{Table.Number(Number(device["launchMicroseconds"]), "N1")} µs, one of a queue "
                + $"{Table.Number(Number(device["queuedMicroseconds"]), "N1")} µs; a transfer:");
            var transfers = new Table(output, "bytes", "to the device, µs", "from it, µs");
            foreach (var transfer in Items(device["transfers"]))
                transfers.Add(Table.Number(Number(transfer["bytes"])),
                    Table.Number(Number(transfer["uploadMicroseconds"]), "N1"),
                    Table.Number(Number(transfer["downloadMicroseconds"]), "N1"));
        }
    }

    private static void WriteWalks(IEnumerable<JsonNode> walks, StringWriter output)
    {
        var table = new Table(output, "specification", "experts", "where", "rows/s", "expert-rows/s",
            "one launch each, rows/s", "GFLOP/s", "bound by", "share %");
        foreach (var walk in walks)
            table.Add($"`{Text(walk["specification"])}`", Table.Number(Number(walk["experts"])), Text(walk["where"]),
                Cell(walk["rowsPerSecond"], "N0"), Cell(walk["expertRowsPerSecond"], "N0"),
                Cell(walk["rowsPerSecondOneByOne"], "N0"), Cell(walk["gigaFlops"], "N2"),
                Text(walk["boundBy"]) is { Length: > 0 } bound ? bound : "-",
                Table.Percent(100 * Number(walk["share"])));
    }

    private static string Cell(JsonNode? value, string format) =>
        value is null ? "-" : Table.Number(Number(value), format);

    /// <summary>What is claimed of GPUs: several times a processor's speed, flat in the number of experts.</summary>
    private static void WriteClaims(List<JsonNode> pools, string device, StringWriter output)
    {
        var many = At(pools, device, ManyExperts, "expertRowsPerSecond");
        var one = At(pools, "cpu x1", ManyExperts, "expertRowsPerSecond");
        var all = pools.Select(pool => Text(pool["where"]))
            .LastOrDefault(where => where.StartsWith("cpu x", StringComparison.Ordinal), "");
        var threads = At(pools, all, ManyExperts, "expertRowsPerSecond");
        var few = At(pools, device, FewExperts, "rowsPerSecond");
        var flat = At(pools, device, FlatExperts, "rowsPerSecond");
        var launches = At(pools, device, ManyExperts, "rowsPerSecondOneByOne");
        var grouped = At(pools, device, ManyExperts, "rowsPerSecond");
        var table = new Table(output, "claim", "measured", "target");
        table.Add($"expert-rows/s with {ManyExperts} experts, {device} to cpu x1", Times(many / one), "20 times");
        table.Add($"the same to {all}", Times(many / threads), "3 times (16 threads)");
        table.Add($"rows/s, {FlatExperts} experts to {FewExperts}", Times(flat / few), "0.75 times or more");
        table.Add($"rows/s with {ManyExperts} experts, one launch for all to one for each", Times(grouped / launches),
            "more than once");
    }

    private static double At(List<JsonNode> pools, string where, int experts, string what) =>
        pools.Where(pool => Text(pool["where"]) == where && Number(pool["experts"]) == experts)
            .Select(pool => Number(pool[what])).FirstOrDefault(double.NaN);

    private static string Times(double ratio) => double.IsNaN(ratio) ? "-" : $"{Table.Number(ratio, "N2")} times";
}
