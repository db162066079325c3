using MoE.Compute;
using MoE.Compute.Data;
using MoE.Compute.Data.Generators;
using MoE.Compute.Growth;
using static MoE.Benchmarks.Pool.Table;

namespace MoE.Benchmarks.Pool;

/// <summary>What the growth policy had better watch: accuracy by detector, and how soon and truly it speaks.</summary>
internal static class Detectors
{
    private const int Rows = 50_000;
    private const int RecurringRows = 60_000;
    private const int AtOnce = 2;

    /// <summary>Rows over which the concepts are spread of a stream that is not to change.</summary>
    private const long Never = 1_000_000_000;

    /// <summary>Rows at first in which a pool learns what there is; no false alarm is counted there.</summary>
    private const int Settled = 5_000;

    private static readonly string[] Drifting =
        ["rbf-fast", "rbf-moderate", "sea-gradual", "agrawal-gradual", "mosaic:drift=0.001"];

    private static readonly string[] Files = ["elec2", "powersupply", "rialto", "noaa_weather"];

    private static readonly string[] Still = ["sea", "agrawal", "sine", "led"];

    private static readonly (Stream Stream, int[] Changes)[] Changing =
    [
        (new("sea-recurring", RecurringRows, 6), [20_000, 40_000]),
        (new("agrawal", Rows, 4), [12_500, 25_000, 37_500]),
        (new("sine", Rows, 4), [12_500, 25_000, 37_500]),
    ];

    private static readonly (string Name, GrowthOptions Growth)[] Variants =
    [
        ("ADWIN", new() { Detector = GrowthDetector.Adwin }),
        ("Page-Hinkley", new() { Detector = GrowthDetector.PageHinkley }),
        ("both", new() { Detector = GrowthDetector.Both }),
        ("ADWIN, experts", new() { Detector = GrowthDetector.Adwin, Watch = GrowthWatch.Experts }),
        ("both, experts", new() { Detector = GrowthDetector.Both, Watch = GrowthWatch.Experts }),
    ];

    /// <summary>Writes both tables.</summary>
    /// <param name="folder">Where the files are.</param>
    /// <param name="output">Where the tables go.</param>
    public static void Run(string folder, TextWriter output)
    {
        Accuracies(folder, output);
        Alarms(output);
    }

    private static void Accuracies(string folder, TextWriter output)
    {
        List<Stream> streams =
        [
            new("sea-recurring", RecurringRows, 6),
            .. Drifting.Select(name => new Stream(name, Rows, 2)),
            .. Files.Select(name => new Stream(name, Rows, 2, folder)),
        ];
        var table = new Table(output, ["stream", .. Variants.Select(variant => $"{variant.Name} %")]);
        List<double[]> means = [];
        foreach (var stream in streams)
        {
            means.Add([.. Outcomes(stream).Select(seeds => seeds.Average(outcome => outcome.Accuracy()))]);
            table.Add([stream.Name, .. means[^1].Select(mean => Number(mean, "F2"))]);
        }
        table.Add(["mean", .. Variants.Select((_, v) => Number(means.Average(m => m[v]), "F2"))]);
    }

    private static void Alarms(TextWriter output)
    {
        var table = new Table(output, ["stream", .. Variants.Select(variant => variant.Name)]);
        foreach (var (stream, changes) in Changing)
            table.Add([$"{stream.Name}: changes found, rows until then (mean)", .. Outcomes(stream).Select(seeds =>
            {
                var waits = seeds.SelectMany(outcome => Waits(outcome, [.. changes, stream.Rows])).ToList();
                return $"{waits.Count} of {seeds.Count * changes.Length}, "
                    + (waits.Count == 0 ? "-" : Number(waits.Average()));
            })]);
        foreach (var stream in Still.Select(name => new Stream(name, Rows, 4, Spread: Never)))
            table.Add([$"{stream.Name} without a change: alarms per 10,000 rows", .. Outcomes(stream).Select(seeds =>
                Number(10_000.0 / (Rows - Settled) * seeds.Average(o => o.Falls.Count(at => at > Settled)), "F2"))]);
    }

    // Rows from each change to the first alarm before the next one.
    private static IEnumerable<double> Waits(Outcome outcome, int[] changes)
    {
        for (var i = 0; i + 1 < changes.Length; i++)
            if (outcome.Falls.FirstOrDefault(at => at > changes[i] && at <= changes[i + 1]) is > 0 and var found)
                yield return found - changes[i];
    }

    private static List<Outcome>[] Outcomes(Stream stream)
    {
        var runs = Variants.SelectMany(variant => Enumerable.Range(1, stream.Seeds), (variant, seed) =>
            (variant.Growth, Seed: seed)).ToArray();
        var outcomes = new Outcome[runs.Length];
        Parallel.For(0, runs.Length, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, i =>
        {
            using var source = new LimitedSource(stream.Open(runs[i].Seed), stream.Rows);
            outcomes[i] = Outcome.Of(source, new MixtureOptions { Seed = runs[i].Seed, Growth = runs[i].Growth });
        });
        return [.. outcomes.Chunk(stream.Seeds).Select(seeds => seeds.ToList())];
    }

    private sealed record Stream(string Name, int Rows, int Seeds, string? Folder = null, long? Spread = null)
    {
        public IRowSource Open(long seed) => Folder is null
            ? Generators.Create(Name, new GeneratorOptions { Seed = seed, Rows = Spread ?? Rows })
            : Ablation.Open(Path.Combine(Folder, Name + ".csv.gz"), Folder);
    }
}
