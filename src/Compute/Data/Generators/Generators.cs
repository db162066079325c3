using System.Globalization;
using MoE.Compute.Data.Generators.Mosaics;

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

    /// <summary>Whether <see cref="Create"/> knows the stream, whatever it may say of the options behind it.</summary>
    public static bool Has(string text) => ByName.ContainsKey(Split(text).Name);

    /// <summary>The endless stream of that name; <see cref="LimitedSource"/> ends it.</summary>
    /// <param name="text">A name; behind that of the mosaic, options of its own: <c>mosaic:concepts=16</c>.</param>
    /// <param name="options">What the rows depend on besides.</param>
    /// <exception cref="SourceException">There is no stream of that name, or it takes no options.</exception>
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
