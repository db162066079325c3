using static System.FormattableString;

namespace MoE.Compute.Data.Generators.Mosaics;

/// <summary>
/// What a <see cref="Mosaic"/> is made of. As a text, <c>concepts=64,active=16,...</c>, which stands behind the name:
/// <c>mosaic:concepts=16,noise=0.1</c>; options left out have their defaults.
/// </summary>
public sealed record MosaicOptions
{
    private const int MostConcepts = 1024;
    private const int MostPeriod = 1_000_000_000;
    private const int MostColumns = 64;
    private const float MostContextNoise = 100f;

    /// <summary>M, different concepts. From 1 to 1024. Default 64.</summary>
    public int Concepts { get; init; } = 64;

    /// <summary>
    /// A, concepts that rows are of at a time. From 1 to the number of concepts. Default 16, or all of fewer.
    /// </summary>
    public int Active { get; init; } = 16;

    /// <summary>
    /// P, rows after which the oldest active concept vanishes and the next one appears. From 1 to 10⁹. Default 1000.
    /// </summary>
    public int Period { get; init; } = 1000;

    /// <summary>D, features that the class depends on. From 1 to 64. Default 8.</summary>
    public int Features { get; init; } = 8;

    /// <summary>K, further features, that tell of the concept. From 1 to 64. Default 16.</summary>
    public int Context { get; init; } = 16;

    /// <summary>C, classes. From 2 to 64. Default 4.</summary>
    public int Classes { get; init; } = 4;

    /// <summary>σ, how far off the context is, in spreads between concepts. From 0 to 100. Default 0.5.</summary>
    public float ContextNoise { get; init; } = 0.5f;

    /// <summary>ν, share of classes replaced by another one. From 0 to 1. Default 0.05.</summary>
    public float Noise { get; init; } = 0.05f;

    /// <summary>ω, by which every teacher turns a row, in radians. From 0 to 1. Default 0.</summary>
    public float Drift { get; init; }

    /// <summary>These options, but for those that a text states.</summary>
    /// <param name="text">Options name=value, with commas between them.</param>
    /// <param name="problems">Where what is wrong with them is noted.</param>
    internal MosaicOptions With(string text, List<string> problems)
    {
        var read = new OptionReader($"Generator 'mosaic' ({text})", "mosaic", text.Split(','), problems);
        var concepts = read.Whole("concepts", Concepts, 1, MostConcepts);
        var options = new MosaicOptions
        {
            Concepts = concepts,
            Active = read.Whole("active", Math.Min(Active, concepts), 1, concepts),
            Period = read.Whole("period", Period, 1, MostPeriod),
            Features = read.Whole("features", Features, 1, MostColumns),
            Context = read.Whole("context", Context, 1, MostColumns),
            Classes = read.Whole("classes", Classes, 2, MostColumns),
            ContextNoise = read.Number("context-noise", ContextNoise, MostContextNoise, zero: true),
            Noise = read.Number("noise", Noise, 1f, zero: true),
            Drift = read.Number("drift", Drift, 1f, zero: true),
        };
        read.End();
        return options;
    }

    /// <summary>Notes every value that no mosaic can be made with.</summary>
    internal void Check(List<string> problems)
    {
        Whole("concepts", Concepts, 1, MostConcepts);
        Whole("active concepts", Active, 1, Math.Max(1, Concepts));
        Whole("rows of a period", Period, 1, MostPeriod);
        Whole("features", Features, 1, MostColumns);
        Whole("features of context", Context, 1, MostColumns);
        Whole("classes", Classes, 2, MostColumns);
        Number("noise of its context", ContextNoise, MostContextNoise);
        Number("noise", Noise, 1f);
        Number("drift", Drift, 1f);

        void Whole(string what, int value, int least, int most)
        {
            if (value < least || value > most)
                problems.Add($"The number of the mosaic's {what} is {value}; it must lie in [{least}, {most}].");
        }

        void Number(string what, float value, float most)
        {
            if (!(value >= 0f && value <= most))
                problems.Add(Invariant($"The mosaic's {what} is {value}; it must lie in [0, {most}]."));
        }
    }

    /// <summary>Every option, as it stands behind the stream's name.</summary>
    public override string ToString() => Invariant(
        $"concepts={Concepts},active={Active},period={Period},features={Features},context={Context},")
        + Invariant($"classes={Classes},context-noise={ContextNoise},noise={Noise},drift={Drift}");
}
