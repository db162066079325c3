using MoE.Compute;
using MoE.Compute.Data;
using MoE.Compute.Data.Csv;
using MoE.Compute.Data.Generators;
using MoE.Compute.Experts;
using MoE.Compute.Growth;
using static MoE.Benchmarks.Pool.Table;

namespace MoE.Benchmarks.Pool;

/// <summary>What the parts of the pool are worth: every stream with all of them, and without one at a time.</summary>
internal static class Ablation
{
    private const int Rows = 100_000;
    private const int AtOnce = 2;
    private static readonly long[] Seeds = [1, 2, 3];

    private static readonly (string Name, Func<MixtureOptions, MixtureOptions> Of)[] Variants =
    [
        ("everything", options => options),
        ("without routing", options => options with
        {
            Pool = [.. options.Pool.Where(expert => expert.Role != ExpertRole.Routed)],
        }),
        ("without archived experts", options => options with { Growth = new GrowthOptions { Budget = 0 } }),
        ("without growth", options => options with { Growth = GrowthOptions.Off }),
    ];

    /// <summary>Measures all classification files of a folder and two generators.</summary>
    /// <param name="folder">The folder; where it has a schema.json, that says what the columns are.</param>
    /// <param name="only">What a variant's name has to hold; empty for all variants.</param>
    /// <param name="output">Where the table goes.</param>
    public static void Run(string folder, string only, TextWriter output)
    {
        var variants = Array.FindAll(Variants, variant => variant.Name.Contains(only, StringComparison.Ordinal));
        List<(string Name, Func<IRowSource> Open)> streams =
        [
            .. Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)
                .Where(path => path.EndsWith(".csv", StringComparison.Ordinal)
                    || path.EndsWith(".csv.gz", StringComparison.Ordinal))
                .Select(path => (NameOf(path), (Func<IRowSource>)(() => Open(path, folder)))),
            ("rbf-moderate", () => Generators.Create("rbf-moderate", new GeneratorOptions())),
            ("rbf-fast", () => Generators.Create("rbf-fast", new GeneratorOptions())),
        ];
        var table = new Table(output, ["stream", .. variants.Select(variant => $"{variant.Name} %")]);
        List<double[]> means = [];
        foreach (var (name, open) in streams.Where(stream => IsClassification(stream.Open)))
        {
            means.Add(Measure(open, variants));
            table.Add([name, .. means[^1].Select(mean => Number(mean, "F2"))]);
        }
        table.Add(["mean", .. variants.Select((_, v) => Number(means.Average(m => m[v]), "F2"))]);
    }

    private static double[] Measure(
        Func<IRowSource> open, (string Name, Func<MixtureOptions, MixtureOptions> Of)[] variants)
    {
        var runs = variants.SelectMany(variant => Seeds, (variant, seed) => (variant.Of, seed)).ToArray();
        var accuracy = new double[runs.Length];
        Parallel.For(0, runs.Length, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, i =>
        {
            using var source = new LimitedSource(open(), Rows);
            accuracy[i] = Outcome.Of(source, runs[i].Of(new MixtureOptions { Seed = runs[i].seed })).Accuracy();
        });
        return [.. accuracy.Chunk(Seeds.Length).Select(seeds => seeds.Average())];
    }

    // A target that is a number has more values than there may be classes, and its rows are refused.
    private static bool IsClassification(Func<IRowSource> open)
    {
        using var source = open();
        for (var rows = 0; rows < Rows / 10 && source.Read(64) is { } batch; rows += batch.Rows)
            if (batch.Refusals.Count > 0)
                return false;
        return true;
    }

    /// <summary>A CSV file; where its folder has a schema.json, that says what the columns are.</summary>
    public static CsvReader Open(string path, string folder)
    {
        var (schema, options) = (Path.Combine(folder, "schema.json"), new CsvOptions());
        return RowSources.Open(path, File.Exists(schema) ? options.With(SchemaFile.Read(schema, path)) : options);
    }

    private static string NameOf(string path) => Path.GetFileName(path).Split('.')[0];
}
