namespace MoE.Compute.Data.Generators;

/// <summary>
/// An endless source out of a generator. Row i does not depend on how many rows are asked for at once; names get their
/// indices in order of appearance, as those of a file do.
/// </summary>
public sealed class GeneratedSource : IRowSource
{
    private readonly IRowGenerator _generator;
    private readonly int[][] _index;
    private readonly NameList _names = new();
    private readonly List<Term> _terms = [];
    private long _offset;

    /// <summary>A source at the generator's first row.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="detail">What its rows depend on besides the name, such as "seed 1".</param>
    /// <param name="generator">A generator that only this source draws from.</param>
    public GeneratedSource(string name, string detail, IRowGenerator generator)
    {
        ArgumentNullException.ThrowIfNull(generator);
        (Id, _generator) = (new SourceId(SourceKind.Generator, name, detail), generator);
        var columns = Schema.Features.Count + 1;
        _index = [.. Enumerable.Range(0, columns).Select(c => Unknown(NamesOf(c).Count))];
    }

    /// <inheritdoc/>
    public string Name => Id.Name;

    /// <inheritdoc/>
    public SourceId Id { get; }

    /// <inheritdoc/>
    public Schema Schema => _generator.Schema;

    /// <inheritdoc/>
    public ValueTask SkipToAsync(long offset, CancellationToken cancel)
    {
        if (_offset > 0)
            throw new InvalidOperationException(
                $"{Name} has already been read; rows can be skipped only before the first read.");
        var features = new float[Schema.Features.Count];
        for (; _offset < offset; _offset++)
            _generator.Draw(features);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<RowBatch?> ReadAsync(int rows, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        var stride = Schema.Features.Count;
        var values = new float[rows * stride];
        var targets = new int[rows];
        for (var row = 0; row < rows; row++)
        {
            var features = values.AsSpan(row * stride, stride);
            var number = _generator.Draw(features);
            for (var column = 0; column < stride; column++)
            {
                if (Schema.Features[column].Kind == ColumnKind.Categorical)
                    features[column] = IndexOf(column, (int)features[column]);
            }
            targets[row] = IndexOf(stride, number);
        }
        _offset += rows;
        IReadOnlyList<Term> terms = _terms.Count == 0 ? [] : [.. _terms];
        _terms.Clear();
        return new(new RowBatch
        {
            Values = values,
            Targets = targets,
            Names = _names.SoFar,
            NewTerms = terms,
            NextOffset = _offset,
        });
    }

    /// <summary>Does nothing: there is nothing to let go of.</summary>
    public void Dispose()
    {
    }

    private int IndexOf(int place, int number)
    {
        ref var index = ref _index[place][number];
        if (index >= 0)
            return index;
        _terms.Add(new Term(place == Schema.Features.Count ? Term.Class : place, NamesOf(place)[number]));
        return index = _names.Add(_terms[^1]);
    }

    private IReadOnlyList<string> NamesOf(int place) =>
        place == Schema.Features.Count ? _generator.Classes
        : Schema.Features[place].Kind == ColumnKind.Categorical ? _generator.Categories(place)
        : [];

    private static int[] Unknown(int count)
    {
        var index = new int[count];
        Array.Fill(index, -1);
        return index;
    }
}
