using System.Globalization;
using static System.FormattableString;

namespace MoE.Compute.Data.Generators;

/// <summary>The artificial streams that are built in, by name.</summary>
public static class Generators
{
    private const int Concepts = 4;
    private const char BeforeOptions = ':';
    private const string MosaicName = "mosaic";
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
            [MosaicName] = o => new Mosaic(o.Seed, o.Mosaic),
            ["rbf-fast"] = o => new RandomRbf(o.Seed, Fast),
            ["rbf-moderate"] = o => new RandomRbf(o.Seed, Moderate),
            ["sea"] = o => new Sea(o.Seed, Abrupt(o)),
            ["sea-gradual"] = o => new Sea(o.Seed, Gradual(o)),
            ["sea-recurring"] = o => new Sea(o.Seed, DriftSchedule.Even(3, o.Rows), thresholds: [7, 12, 7]),
            ["sine"] = o => new Sine(o.Seed, Abrupt(o)),
            ["sine-gradual"] = o => new Sine(o.Seed, Gradual(o)),
        };

    /// <summary>The names of all streams, in alphabetical order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ByName.Keys];

    /// <summary>Whether <see cref="Create"/> knows the stream, even if it may refuse the options.</summary>
    public static bool Has(string text) => ByName.ContainsKey(Split(text).Name);

    /// <summary>The endless stream of that name; <see cref="LimitedSource"/> ends it.</summary>
    /// <param name="text">A name; that of the mosaic may be followed by options: <c>mosaic:concepts=16</c>.</param>
    /// <param name="options">What the rows depend on besides.</param>
    /// <exception cref="SourceException">The name is unknown, or the stream takes no options.</exception>
    /// <exception cref="InvalidOptionsException">An option is out of its range.</exception>
    public static IRowSource Create(string text, GeneratorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var (name, own) = Split(text);
        if (!ByName.TryGetValue(name, out var create))
            throw new SourceException($"There is no generator '{name}'.{NearestName.Suggestion(name, Names)}");
        if (own is not null && name != MosaicName)
            throw new SourceException($"The generator {name} takes no options, so leave out '{BeforeOptions}{own}'.");
        var all = (own is null ? options : With(own, options)).Validated();
        return new GeneratedSource(name, Detail(name, all), create(all));
    }

    private static (string Name, string? Options) Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.IndexOf(BeforeOptions, StringComparison.Ordinal) is >= 0 and var end
            ? (text[..end], text[(end + 1)..]) : (text, null);
    }

    private static GeneratorOptions With(string own, GeneratorOptions options)
    {
        List<string> problems = [];
        var all = options with { Mosaic = options.Mosaic.With(own, problems) };
        return problems.Count == 0 ? all : throw new InvalidOptionsException(problems);
    }

    // Where concepts change at shares of all rows, another number of rows makes other rows.
    private static string Detail(string name, GeneratorOptions options) => name switch
    {
        MosaicName => $"seed {options.Seed}, {options.Mosaic}",
        "hyperplane" or "rbf-fast" or "rbf-moderate" => $"seed {options.Seed}",
        _ => $"seed {options.Seed}, concepts spread over {options.Rows} rows"
            + (options.Width is { } width && name.EndsWith("-gradual", StringComparison.Ordinal)
                ? string.Create(CultureInfo.InvariantCulture, $", changes {width} rows wide") : ""),
    };

    private static DriftSchedule Abrupt(GeneratorOptions options) => DriftSchedule.Even(Concepts, options.Rows);

    private static DriftSchedule Gradual(GeneratorOptions options) =>
        DriftSchedule.Even(Concepts, options.Rows, options.Width ?? Math.Max(1, options.Rows / 20.0));
}

/// <summary>What a generator's rows depend on, besides its name.</summary>
public sealed record GeneratorOptions
{
    /// <summary>Where every random number comes from. Default 1.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>
    /// Rows over which the concepts are spread: they change at 1/4, 1/2 and 3/4 of them, where there are three at 1/3
    /// and 2/3. 1 or more. Default 100,000.
    /// </summary>
    public long Rows { get; init; } = 100_000;

    /// <summary>
    /// Rows that a gradual change takes, longer than 0. Null, the default, for a twentieth of <see cref="Rows"/>.
    /// </summary>
    public double? Width { get; init; }

    /// <summary>The options of the mosaic; the other streams ignore them.</summary>
    public MosaicOptions Mosaic { get; init; } = new();

    /// <summary>Refuses values that no stream can have, naming every one that is wrong.</summary>
    /// <exception cref="InvalidOptionsException">At least one value is out of its range.</exception>
    public GeneratorOptions Validated()
    {
        List<string> problems = [];
        if (Rows < 1)
            problems.Add($"The number of rows is {Rows}; it must be 1 or more.");
        if (Width is { } width && !(width > 0 && double.IsFinite(width)))
            problems.Add(Invariant($"The width of a change is {width} rows; it must be longer than 0."));
        Mosaic.Check(problems);
        return problems.Count == 0 ? this : throw new InvalidOptionsException(problems);
    }
}
