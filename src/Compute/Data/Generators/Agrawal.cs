namespace MoE.Compute.Data.Generators;

/// <summary>
/// Who gets a loan (Agrawal, Imielinski, Swami: "Database mining: a performance perspective", IEEE TKDE 5(6), 1993), as
/// MOA's AgrawalGenerator draws it: nine attributes, the class after function 1, 2, 3, then 4 of the paper; then
/// numbers are blurred by up to 5 % of their range and cut to it (the value of the house at 135,000, as in MOA).
/// </summary>
/// <param name="seed">Where every random number comes from.</param>
/// <param name="drift">When the function changes; four concepts at most.</param>
/// <param name="blur">Share of a number's range by which it is off at most.</param>
public sealed class Agrawal(long seed, DriftSchedule drift, double blur = 0.05) : IRowGenerator
{
    private const int Education = 3;
    private const int Car = 4;
    private const int Zipcode = 5;

    private static readonly string[] Levels = [.. Enumerable.Range(0, 5).Select(i => $"level{i}")];
    private static readonly string[] Cars = [.. Enumerable.Range(1, 20).Select(i => $"car{i}")];
    private static readonly string[] Zipcodes = [.. Enumerable.Range(1, 9).Select(i => $"zipcode{i}")];

    private readonly Randomness _random = new(seed, 0);
    private long _row;

    /// <inheritdoc/>
    public Schema Schema { get; } = new(
    [
        new("salary", ColumnKind.Numeric),
        new("commission", ColumnKind.Numeric),
        new("age", ColumnKind.Numeric),
        new("elevel", ColumnKind.Categorical),
        new("car", ColumnKind.Categorical),
        new("zipcode", ColumnKind.Categorical),
        new("hvalue", ColumnKind.Numeric),
        new("hyears", ColumnKind.Numeric),
        new("loan", ColumnKind.Numeric),
    ], "class");

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; } = ["groupA", "groupB"];

    /// <inheritdoc/>
    public IReadOnlyList<string> Categories(int feature) => feature switch
    {
        Education => Levels,
        Car => Cars,
        Zipcode => Zipcodes,
        _ => [],
    };

    /// <inheritdoc/>
    public int Draw(Span<float> features)
    {
        var concept = drift.ConceptAt(_row++, _random);
        var salary = 20_000 + 130_000 * _random.NextDouble();
        var commission = salary >= 75_000 ? 0 : 10_000 + 65_000 * _random.NextDouble();
        var age = 20 + _random.NextBelow(61);
        var level = _random.NextBelow(Levels.Length);
        var car = _random.NextBelow(Cars.Length);
        var zipcode = _random.NextBelow(Zipcodes.Length);
        var housing = (9 - zipcode) * 100_000.0;
        var house = housing * (0.5 + _random.NextDouble());
        var years = 1 + _random.NextBelow(30);
        var loan = 500_000 * _random.NextDouble();
        var isGroupA = IsGroupA(concept + 1, salary, age, level);

        features[0] = (float)Blurred(salary, 130_000, 20_000, 150_000);
        features[1] = commission > 0 ? (float)Blurred(commission, 65_000, 10_000, 75_000) : 0;
        features[2] = (float)Math.Round(Blurred(age, 60, 20, 80));
        features[Education] = level;
        features[Car] = car;
        features[Zipcode] = zipcode;
        features[6] = (float)Blurred(house, housing, 0, 135_000);
        features[7] = (float)Math.Round(Blurred(years, 29, 1, 30));
        features[8] = (float)Blurred(loan, 500_000, 0, 500_000);
        return isGroupA ? 0 : 1;
    }

    /// <summary>FastMath 1 to 4 of the paper, page 924.</summary>
    private static bool IsGroupA(int function, double salary, int age, int level)
    {
        var generation = age < 40 ? 0 : age < 60 ? 1 : 2;
        double usualSalary = generation switch { 0 => 50_000, 1 => 75_000, _ => 25_000 };
        double schooledSalary = generation == 0 ? 25_000 : 50_000;
        var isSchooled = generation switch { 0 => level <= 1, 1 => level is >= 1 and <= 3, _ => level >= 2 };
        return function switch
        {
            1 => generation != 1,
            2 => IsWithin(salary, usualSalary),
            3 => isSchooled,
            _ => IsWithin(salary, isSchooled ? schooledSalary : usualSalary),
        };
    }

    private static bool IsWithin(double salary, double lowest) => salary >= lowest && salary <= lowest + 50_000;

    private double Blurred(double value, double range, double min, double max) =>
        Math.Clamp(value + range * (2 * _random.NextDouble() - 1) * blur, min, max);
}
