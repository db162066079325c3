namespace MoE.Compute.Data.Generators;

/// <summary>The artificial streams that are built in, by name.</summary>
public static class Generators
{
    private const int Concepts = 4;
    private const double Moderate = 0.0001;
    private const double Fast = 0.001;

    private static readonly SortedDictionary<string, Func<GeneratorOptions, IRowGenerator>> ByName =
        new(StringComparer.Ordinal)
        {
            ["agrawal"] = o => new Agrawal(o.Seed, Abrupt(o)),
            ["agrawal-gradual"] = o => new Agrawal(o.Seed, Gradual(o)),
            ["hyperplane"] = o => new Hyperplane(o.Seed),
            ["led"] = o => new Led(o.Seed, Abrupt(o)),
            ["led-gradual"] = o => new Led(o.Seed, Gradual(o)),
            ["rbf-fast"] = o => new RandomRbf(o.Seed, Fast),
            ["rbf-moderate"] = o => new RandomRbf(o.Seed, Moderate),
            ["sea"] = o => new Sea(o.Seed, Abrupt(o)),
            ["sea-gradual"] = o => new Sea(o.Seed, Gradual(o)),
            ["sine"] = o => new Sine(o.Seed, Abrupt(o)),
            ["sine-gradual"] = o => new Sine(o.Seed, Gradual(o)),
        };

    /// <summary>The names of all streams, in alphabetical order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys];

    /// <summary>The endless stream of that name; <see cref="LimitedSource"/> ends it.</summary>
    /// <exception cref="SourceException">There is no stream of that name.</exception>
    /// <exception cref="InvalidOptionsException">An option is out of its range.</exception>
    public static IRowSource Create(string name, GeneratorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return ByName.TryGetValue(name, out var create)
            ? new GeneratedSource(name, Detail(name, options), create(options.Validated()))
            : throw new SourceException($"There is no generator '{name}'.{NearestName.Suggestion(name, Names)}");
    }

    // Where concepts change at shares of all rows, another number of rows makes other rows.
    private static string Detail(string name, GeneratorOptions options) => name is "hyperplane" or "rbf-fast"
        or "rbf-moderate" ? $"seed {options.Seed}" : $"seed {options.Seed}, concepts spread over {options.Rows} rows";

    private static DriftSchedule Abrupt(GeneratorOptions options) => DriftSchedule.Even(Concepts, options.Rows);

    private static DriftSchedule Gradual(GeneratorOptions options) =>
        DriftSchedule.Even(Concepts, options.Rows, options.Width ?? Math.Max(1, options.Rows / 20.0));
}
