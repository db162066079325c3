using MoE.Compute.Data.Generators.Mosaics;
using static System.FormattableString;

namespace MoE.Compute.Data.Generators;

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

    /// <summary>What the mosaic is made of; nothing to the other streams.</summary>
    public MosaicOptions Mosaic { get; init; } = new();

    /// <summary>Refuses values that no stream can be made of, naming every one that is wrong.</summary>
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
