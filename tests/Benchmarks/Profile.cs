using System.Diagnostics;
using System.Globalization;
using MoE.Compute;
using MoE.Compute.Data;
using MoE.Compute.Experts;
using MoE.Compute.Gating;

namespace MoE.Benchmarks;

/// <summary>
/// Says where the time of a mixture goes: microseconds per row of the gate's two steps and of every expert.
/// </summary>
public static class Profile
{
    private const int WarmUp = 100;

    /// <summary>Reads all rows of a source first, then learns them with a stopwatch around each part.</summary>
    public static void Run(IRowSource source, TextWriter output)
    {
        var options = new MixtureOptions();
        List<RowBatch> batches = [];
        while (source.Read(options.Batch) is { } rows)
            batches.Add(rows);
        Measure(source.Schema, options, batches.Take(WarmUp));
        var ticks = Measure(source.Schema, options, batches);
        var count = batches.Sum(b => (long)b.Rows);
        foreach (var (part, spent) in ticks)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{part,-16}{Micros(spent) / count,8:F3} µs/row"));
        var all = Micros(ticks.Values.Sum());
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{"all",-16}{all / count,8:F3} µs/row, {1e6 * count / all:N0} rows/s in one thread"));
    }

    private static double Micros(long ticks) => 1e6 * ticks / Stopwatch.Frequency;

    private static Dictionary<string, long> Measure(
        Schema schema, MixtureOptions options, IEnumerable<RowBatch> batches)
    {
        var gate = new Gate(schema, options);
        var experts = options.Pool.Select(spec => ExpertKinds.Create(spec, schema, options.Seed)).ToList();
        var answers = new float[]?[experts.Count];
        var ticks = new Dictionary<string, long> { ["encode"] = 0, ["mix"] = 0 };
        foreach (var rows in batches)
        {
            var start = Stopwatch.GetTimestamp();
            var batch = gate.Encode(rows);
            start = Lap(ticks, "encode", start);
            for (var e = 0; e < experts.Count; e++)
            {
                var routed = options.Pool[e].Role == ExpertRole.Routed;
                answers[e] = batch.Run(experts[e], e);
                start = Lap(ticks, routed ? "routed bank" : options.Pool[e].Id, start);
            }
            gate.Mix(batch, answers);
            Lap(ticks, "mix", start);
        }
        return ticks;
    }

    private static long Lap(Dictionary<string, long> ticks, string part, long start)
    {
        var now = Stopwatch.GetTimestamp();
        ticks[part] = ticks.GetValueOrDefault(part) + now - start;
        return now;
    }
}
