using MoE.Compute.Data;

namespace MoE.Actors.Tests;

/// <summary>Rows out of a seed: three numbers, one of them with gaps, and a colour that comes up late; the class drifts.</summary>
internal sealed class SeededRows(int rows, int seed = 1) : IRowSource
{
    private static readonly string[] Colours = ["red", "green", "blue"];
    private readonly Vocabulary _known = new();
    private readonly NameList _names = new();
    private readonly Random _random = new(seed);
    private int _next;

    public string Name => Id.Name;

    public SourceId Id { get; init; } = SourceId.Named("seeded rows");

    public Schema Schema { get; } = new(
        [
            new Column("a", ColumnKind.Numeric), new Column("b", ColumnKind.Numeric),
            new Column("c", ColumnKind.Numeric), new Column("colour", ColumnKind.Categorical),
        ],
        "class");

    /// <summary>Row (1, 2, ...) at which reading throws; 0 for none.</summary>
    public int BreaksAt { get; init; }

    public ValueTask SkipToAsync(long offset, CancellationToken cancel)
    {
        while (_next < offset)
            Draw();
        return ValueTask.CompletedTask;
    }

    public ValueTask<RowBatch?> ReadAsync(int rows1, CancellationToken cancel) => new(ReadNext(rows1));

    private RowBatch? ReadNext(int rows1)
    {
        var (values, targets, terms, refusals) =
            (new List<float>(), new List<int>(), new List<Term>(), new List<Refusal>());
        while (targets.Count < rows1 && _next < rows)
        {
            var row = Draw();
            if (_next == BreaksAt)
                throw new IOException($"row {_next} cannot be read");
            if (_next % 97 == 0)
            {
                refusals.Add(new Refusal(_next, _next + 1, "every 97th row is refused"));
                continue;
            }
            values.AddRange(row.A, row.B, row.C, Index(new Term(3, row.Colour), terms));
            targets.Add(Index(new Term(Term.Class, row.Class), terms));
        }
        return targets.Count + refusals.Count == 0 ? null : new RowBatch
        {
            Values = [.. values],
            Targets = [.. targets],
            Names = _names.SoFar,
            NewTerms = terms,
            Refusals = refusals,
            NextOffset = _next,
        };
    }

    public void Dispose()
    {
    }

    private int Index(Term term, List<Term> terms)
    {
        if (_known.IndexOf(term) is >= 0 and var index)
            return index;
        terms.Add(term);
        _names.Add(term);
        return _known.Add(term);
    }

    private (float A, float B, float C, string Colour, string Class) Draw()
    {
        var (a, b, c) = (_random.NextSingle() - 0.5f, _random.NextSingle() * 10f, _random.NextSingle());
        var colour = Colours[_random.Next(_next < 300 ? 2 : 3)];
        var turn = _next++ / 400 % 2 == 0;
        var y = (turn ? a > 0f : b > 5f) ? colour == "red" ? "x" : "y" : _next > 700 ? "z" : "w";
        return (a, b, c > 0.9f ? float.NaN : c, colour, y);
    }
}
