using MoE.Compute.Data;
using MoE.Compute.Encoding;
using MoE.Compute.Numerics;

namespace MoE.Compute.Checks;

/// <summary>
/// Random rows as experts read them: cells are missing now and then, and new categories and classes keep appearing.
/// </summary>
internal sealed class EncodedStream
{
    private readonly float[] _z;
    private readonly float[] _rank;
    private readonly int[] _category;
    private readonly int[] _targets;
    private readonly int[] _known;

    /// <summary>A stream of random rows.</summary>
    /// <param name="numeric">Numeric columns.</param>
    /// <param name="categorical">Categorical columns.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="classes">Classes at most; a new one turns up every 8 rows or so.</param>
    /// <param name="seed">Where the random numbers come from.</param>
    /// <param name="rare">If above 0: category 1 in every so many rows, else 0; if 0, more and more categories.</param>
    public EncodedStream(int numeric, int categorical, int rows, int classes, int seed, int rare = 0)
    {
        (Numeric, Categorical, Rows) = (numeric, categorical, rows);
        Schema = SchemaOf(numeric, categorical);
        (_z, _rank) = (new float[rows * numeric], new float[rows * numeric]);
        (_category, _targets, _known) = (new int[rows * categorical], new int[rows], new int[rows]);
        var random = new Random(seed);
        var known = 0;
        for (var row = 0; row < rows; row++)
        {
            for (var at = row * numeric; at < (row + 1) * numeric; at++)
                (_z[at], _rank[at]) = Cell(random);
            for (var m = 0; m < categorical; m++)
                _category[(row * categorical) + m] =
                    rare > 0 ? (row % rare == rare - 1 ? 1 : 0) : random.Next(2 + (row / 10));
            _known[row] = known;
            _targets[row] = known < classes && (known == 0 || random.Next(8) == 0) ? known : Target(random, row, known);
            known = Math.Max(known, _targets[row] + 1);
        }
    }

    /// <summary>The columns.</summary>
    public Schema Schema { get; }

    /// <summary>Numeric columns.</summary>
    public int Numeric { get; }

    /// <summary>Columns of names.</summary>
    public int Categorical { get; }

    /// <summary>Rows.</summary>
    public int Rows { get; }

    /// <summary>Columns of these numbers, followed by a class.</summary>
    public static Schema SchemaOf(int numeric, int categorical) => new(
        [.. Enumerable.Range(0, numeric).Select(j => new Column($"n{j}", ColumnKind.Numeric)),
            .. Enumerable.Range(0, categorical).Select(j => new Column($"c{j}", ColumnKind.Categorical))],
        "class");

    /// <summary>The whole stream in batches of a size.</summary>
    public IEnumerable<TrainingBatch> Batches(int size) => Batches(size, 0, Rows);

    /// <summary>Part of the stream in batches of a size.</summary>
    public IEnumerable<TrainingBatch> Batches(int size, int from, int to)
    {
        for (var at = from; at < to; at += size)
            yield return Batch([.. Enumerable.Range(at, Math.Min(size, to - at))]);
    }

    /// <summary>A batch of just these rows.</summary>
    public TrainingBatch Batch(int[] rows) => new(new FeatureBatch
    {
        Number = 1,
        Rows = rows.Length,
        Numeric = Numeric,
        Categorical = Categorical,
        Z = Take(_z, rows, Numeric),
        Rank = Take(_rank, rows, Numeric),
        Category = Take(_category, rows, Categorical),
        GateFeatures = [],
        GateFeatureCount = 0,
    }, new Labels(Take(_targets, rows, 1), new AnswerShape(
        Take(_known, rows, 1), ClassVectors.Stride(Math.Max(_known[rows[^1]], _targets[rows[^1]] + 1)))));

    /// <summary>A target that has to do with the row: the sign of a score, or a category, picks the class.</summary>
    private int Target(Random random, int row, int known) =>
        random.Next(4) == 0 ? random.Next(known)
        : Numeric > 0 ? (_z[row * Numeric] > 0f ? known / 2 : 0)
        : _category[row * Categorical] % known;

    /// <summary>Mostly anywhere, sometimes missing, sometimes at an edge of the range or of a hat.</summary>
    private static (float Z, float Rank) Cell(Random random)
    {
        var u = random.NextSingle();
        return random.Next(12) switch
        {
            0 => (0f, float.NaN),
            1 => (-4f, 0f),
            2 => (4f, 0.9999f),
            3 => ((8f * u) - 4f, random.Next(15) / 15f),
            _ => ((8f * u) - 4f, 0.9999f * u),
        };
    }

    private static T[] Take<T>(T[] values, int[] rows, int length) =>
        [.. rows.SelectMany(row => values.AsSpan(row * length, length).ToArray())];
}
