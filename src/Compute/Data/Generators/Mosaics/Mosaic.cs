namespace MoE.Compute.Data.Generators.Mosaics;

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
/// do better than chance, for the sum of many teachers is like none of them; one for each concept learns all there is.
/// </remarks>
public sealed class Mosaic : IRowGenerator
{
    private readonly MosaicOptions _options;
    private readonly Randomness _random;
    private readonly double[] _codes;
    private long _row;

    /// <summary>A mosaic before its first row.</summary>
    /// <param name="seed">Where every random number comes from.</param>
    /// <param name="options">What it is made of.</param>
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
