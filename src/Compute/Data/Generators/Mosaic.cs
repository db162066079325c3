using static System.FormattableString;

namespace MoE.Compute.Data.Generators;

/// <summary>
/// Many small problems laid side by side, row by row: M concepts, each with a teacher (<see cref="Teachers"/>) and a
/// code, K numbers out of N(0, 1). Row i, from 0, is made so:
/// the concept m is drawn evenly out of the A active ones, (⌊i / P⌋ + a) mod M for a = 0 .. A − 1: every P rows the
/// oldest vanishes and the next one appears, until each comes back after M · P rows (A = M: all are always active);
/// the features x1 .. xD are drawn out of N(0, 1);
/// the context k1 .. kK is the code of m, each number off by N(0, σ²);
/// the class is what the teacher of m gives to x at row i; with probability ν another one, drawn evenly.
/// </summary>
/// <remarks>
/// Who knows teacher and concept is right on a share 1 − ν of the rows. One linear model for all concepts can hardly
/// do better than chance, because the sum of many teachers is like none of them; one for each concept learns all.
/// </remarks>
public sealed class Mosaic : IRowGenerator
{
    private readonly MosaicOptions _options;
    private readonly Randomness _random;
    private readonly double[] _codes;
    private long _row;

    /// <summary>A mosaic before its first row.</summary>
    /// <param name="seed">Where every random number comes from.</param>
    /// <param name="options">Its options.</param>
    public Mosaic(long seed, MosaicOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _random) = (options, new Randomness(seed, 0));
        var model = new Randomness(seed, 1);
        Teachers = new Teachers(options, model);
        _codes = new double[options.Concepts * options.Context];
        foreach (ref var number in _codes.AsSpan())
            number = model.NextGaussian();
        Schema = new Schema([.. Columns("x", options.Features), .. Columns("k", options.Context)], "class");
        Classes = [.. Enumerable.Range(1, options.Classes).Select(c => $"class{c}")];
    }

    /// <inheritdoc/>
    public Schema Schema { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Who says what class a row has.</summary>
    internal Teachers Teachers { get; }

    /// <summary>The concept of the row drawn last.</summary>
    internal int Concept { get; private set; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Categories(int feature) => [];

    /// <inheritdoc/>
    public int Draw(Span<float> features)
    {
        var row = _row++;
        Concept = (int)((row / _options.Period + _random.NextBelow(_options.Active)) % _options.Concepts);
        var x = features[.._options.Features];
        foreach (ref var value in x)
            value = (float)_random.NextGaussian();
        var code = CodeOf(Concept);
        for (var k = 0; k < code.Length; k++)
            features[x.Length + k] = (float)(code[k] + _options.ContextNoise * _random.NextGaussian());
        var taught = Teachers.ClassOf(Concept, row, x);
        return _random.NextIs(_options.Noise)
            ? (taught + 1 + _random.NextBelow(_options.Classes - 1)) % _options.Classes
            : taught;
    }

    /// <summary>The code (K) of a concept.</summary>
    internal ReadOnlySpan<double> CodeOf(int concept) =>
        _codes.AsSpan(concept * _options.Context, _options.Context);

    private static IEnumerable<Column> Columns(string letter, int count) =>
        Enumerable.Range(1, count).Select(i => new Column($"{letter}{i}", ColumnKind.Numeric));
}

/// <summary>
/// The options of a <see cref="Mosaic"/>. As a text, <c>concepts=64,active=16,...</c>, which follows the name:
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

    /// <summary>Every option, as written after the stream's name.</summary>
    public override string ToString() => Invariant(
        $"concepts={Concepts},active={Active},period={Period},features={Features},context={Context},")
        + Invariant($"classes={Classes},context-noise={ContextNoise},noise={Noise},drift={Drift}");
}

/// <summary>
/// M random linear classifiers W (C, D) of independent N(0, 1) weights: the class of x (D) is
/// argmax_c Σ_d W[c, d] x[d]. With drift ω the weights at row i are W = cos(ωi) U + sin(ωi) V out of two such matrices
/// U and V: a steady turn that keeps their spread, by which after a quarter nothing is left of what was.
/// </summary>
internal sealed class Teachers
{
    private readonly int _features;
    private readonly int _classes;
    private readonly float _drift;
    private readonly double[] _start;
    private readonly double[] _quarter;

    /// <summary>Teachers at their places before the first row.</summary>
    public Teachers(MosaicOptions options, Randomness model)
    {
        (_features, _classes, _drift) = (options.Features, options.Classes, options.Drift);
        _start = new double[options.Concepts * _classes * _features];
        _quarter = new double[_start.Length];
        for (var i = 0; i < _start.Length; i++)
            (_start[i], _quarter[i]) = (model.NextGaussian(), model.NextGaussian());
    }

    /// <summary>
    /// The class, from 0, that a concept's teacher gives to x (D) in a row, from 0; of equals the first.
    /// </summary>
    public int ClassOf(int concept, long row, ReadOnlySpan<float> x)
    {
        var (sine, cosine) = Math.SinCos(_drift * (double)row);
        var (best, greatest) = (0, double.NegativeInfinity);
        for (var c = 0; c < _classes; c++)
        {
            var at = (concept * _classes + c) * _features;
            var score = 0.0;
            for (var d = 0; d < _features; d++)
                score += (cosine * _start[at + d] + sine * _quarter[at + d]) * x[d];
            if (score > greatest)
                (best, greatest) = (c, score);
        }
        return best;
    }
}
