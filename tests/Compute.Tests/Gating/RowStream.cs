using System.Globalization;
using MoE.Compute.Data;
using MoE.Compute.Experts;
using MoE.Compute.Gating;
using MoE.Compute.Growth;

namespace MoE.Compute.Tests.Gating;

/// <summary>
/// Random rows as a source gives them. The class is whether the signs of the first two columns differ, and noise.
/// </summary>
internal sealed class RowStream(int numeric, int categorical, int classes, int seed)
{
    private readonly Random _random = new(seed);
    private readonly Vocabulary _names = new();
    private long _offset;

    /// <summary>Two shared experts and six routed ones, all small.</summary>
    public static MixtureOptions Options { get; } = new()
    {
        Window = 3,
        Router = new RouterOptions { TopK = 2 },
        Growth = GrowthOptions.Off,
        Pool =
        [
            new ExpertSpec("fern", ExpertRole.Shared, "fern count=20 depth=5 rate=0.1"),
            new ExpertSpec("memory", ExpertRole.Shared, "memory size=200 near=5 wide=20"),
            .. Enumerable.Range(1, 6).Select(
                i => new ExpertSpec($"bank-{i}", ExpertRole.Routed, "mlp input=z hidden=16 rate=0.05")),
        ],
    };

    public Schema Schema { get; } = EncodedStream.SchemaOf(numeric, categorical);

    public RowBatch Next(int rows)
    {
        List<Term> terms = [];
        var values = new List<float>();
        var targets = new int[rows];
        for (var row = 0; row < rows; row++)
        {
            float[] cells = [.. Enumerable.Range(0, numeric).Select(_ => (2f * _random.NextSingle()) - 1f)];
            var y = _random.Next(10) == 0 ? _random.Next(classes)
                : numeric >= 2 ? (cells[0] > 0f == cells[1] > 0f ? 0 : 1)
                : 0;
            values.AddRange(cells.Select(x => _random.Next(20) == 0 ? float.NaN : x));
            for (var column = numeric; column < numeric + categorical; column++)
                values.Add(Index(terms, column, _random.Next(6)));
            targets[row] = Index(terms, Term.Class, Math.Min(y, classes - 1));
        }
        _offset += rows;
        return new RowBatch { Values = [.. values], Targets = targets, NewTerms = terms, NextOffset = _offset };
    }

    private int Index(List<Term> terms, int column, int name)
    {
        var term = new Term(column, name.ToString(CultureInfo.InvariantCulture));
        if (_names.IndexOf(term) < 0)
            terms.Add(term);
        return _names.Add(term);
    }
}
