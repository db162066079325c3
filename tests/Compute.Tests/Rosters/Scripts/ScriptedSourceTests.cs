using CsCheck;
using MoE.Compute.Data;
using MoE.Compute.Data.Generators;
using MoE.Compute.Rosters.Scripts;
using Xunit;

namespace MoE.Compute.Tests.Rosters.Scripts;

public sealed class ScriptedSourceTests
{
    private static readonly Gen<Script> Scripts = Gen.Int[0, 60].Array[0, 8].Select(rows => Script.Parse(
        "s", string.Join('\n', rows.Order().Select((row, i) => $"{row} freeze e{i}"))));

    [Fact]
    public void A_command_comes_right_before_the_first_row_behind_it() =>
        Gen.Select(Scripts, Gen.Int[1, 20], Gen.Int[0, 50]).Sample((script, batch, rows) =>
        {
            var (found, left) = Read(script, batch, 0, rows);
            Assert.Equal(script.Steps.Where(step => step.Row < rows), found);
            Assert.Equal(script.Steps.Where(step => step.Row >= rows), left);
        });

    [Fact]
    public void A_reading_that_goes_on_carries_out_each_command_once() =>
        Gen.Select(Scripts, Gen.Int[1, 20], Gen.Int[0, 50], Gen.Int[0, 50]).Sample((script, batch, first, more) =>
        {
            var before = Read(script, batch, 0, first).Found;
            var behind = Read(script, batch, first, first + more).Found;
            Assert.Equal(Read(script, batch, 0, first + more).Found, before.Concat(behind));
        });

    [Fact]
    public void Batches_are_cut_at_the_scripts_rows_and_nowhere_else()
    {
        using var source = Scripted(Script.Parse("s", "0 freeze a\n5 freeze b\n5 thaw b\n16 freeze c"), 0, 30);
        List<(int Rows, int Commands)> batches = [];
        while (source.Read(8) is { } batch)
            batches.Add((batch.Rows, batch.Commands.Count));
        Assert.Equal([(5, 1), (8, 2), (3, 0), (8, 1), (6, 0)], batches);
    }

    [Fact]
    public void The_rows_are_those_of_the_source()
    {
        using var source = Scripted(Script.Parse("s", "3 freeze a\n4 freeze b"), 0, 20);
        using var plain = Rows(20);
        List<float> cut = [];
        while (source.Read(7) is { } batch)
            cut.AddRange(batch.Values);
        Assert.Equal(plain.Read(20)!.Values, cut);
    }

    [Fact]
    public void Refused_rows_do_not_count_and_a_batch_of_them_alone_takes_no_command()
    {
        using var source = new ScriptedSource(
            new Fixed(Batch(3, refused: 2), Batch(0, refused: 4)), Script.Parse("s", "3 freeze a"));
        Assert.Equal((3, 0), Shape(source.Read(8)));
        Assert.Equal((0, 0), Shape(source.Read(8)));
        Assert.Single(source.Left);
    }

    private static (int Rows, int Commands) Shape(RowBatch? batch) => (batch!.Rows, batch.Commands.Count);

    private static (List<ScriptStep> Found, IReadOnlyCollection<ScriptStep> Left) Read(
        Script script, int batch, int begin, int end)
    {
        using var source = Scripted(script, begin, end);
        List<ScriptStep> found = [];
        var row = begin;
        while (source.Read(batch) is { } rows)
        {
            Assert.InRange(rows.Rows, 1, batch);
            found.AddRange(rows.Commands.Select(command => new ScriptStep(row, command)));
            row += rows.Rows;
        }
        return (found, source.Left);
    }

    private static ScriptedSource Scripted(Script script, int begin, int end)
    {
        var source = new ScriptedSource(new LimitedSource(Generators.Create("sea", new()), end, begin), script, begin);
        source.SkipTo(begin, []);
        return source;
    }

    private static LimitedSource Rows(int rows) => new(Generators.Create("sea", new()), rows);

    private static RowBatch Batch(int rows, int refused) => new()
    {
        Values = new float[rows],
        Targets = new int[rows],
        NextOffset = rows + refused,
        Refusals = [.. Enumerable.Range(0, refused).Select(i => new Refusal(i, i, "bad"))],
    };

    private sealed class Fixed(params RowBatch[] batches) : IRowSource
    {
        private readonly Queue<RowBatch> _left = new(batches);

        public string Name => Id.Name;

        public SourceId Id { get; } = SourceId.Stream("fixed");

        public Schema Schema { get; } = new([new Column("x", ColumnKind.Numeric)], "y");

        public void SkipTo(long offset, IEnumerable<Term> terms) => throw new NotSupportedException();

        public RowBatch? Read(int rows) => _left.TryDequeue(out var batch) ? batch : null;

        public void Dispose() => _left.Clear();
    }
}
