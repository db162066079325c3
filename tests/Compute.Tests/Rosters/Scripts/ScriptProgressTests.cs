using CsCheck;
using MoE.Compute.Data;
using MoE.Compute.Data.Generators;
using MoE.Compute.Rosters.Scripts;
using Xunit;

namespace MoE.Compute.Tests.Rosters.Scripts;

public sealed class ScriptProgressTests
{
    private static readonly Gen<Script> Scripts = Gen.Int[0, 60].Array[0, 8].Select(rows => Script.Parse(
        "s", string.Join('\n', rows.Order().Select((row, i) => $"{row} freeze e{i}"))));

    [Fact]
    public void A_command_comes_right_before_the_first_row_after_it() =>
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
        using var source = Rows(30);
        var script = new ScriptProgress(Script.Parse("s", "0 freeze a\n5 freeze b\n5 thaw b\n16 freeze c"));
        List<(int Rows, int Commands)> batches = [];
        while (source.Read(script.Most(8)) is { } batch)
            batches.Add((batch.Rows, script.Before(batch).Count));
        Assert.Equal([(5, 1), (8, 2), (3, 0), (8, 1), (6, 0)], batches);
    }

    [Fact]
    public void Refused_rows_do_not_count_and_a_batch_of_them_alone_takes_no_command()
    {
        var script = new ScriptProgress(Script.Parse("s", "3 freeze a"));
        Assert.Empty(script.Before(Batch(3, refused: 2)));
        Assert.Empty(script.Before(Batch(0, refused: 4)));
        Assert.Single(script.Left);
        Assert.Single(script.Before(Batch(1, refused: 0)));
    }

    private static (List<ScriptStep> Found, IReadOnlyCollection<ScriptStep> Left) Read(
        Script script, int batch, int begin, int end)
    {
        using var source = new LimitedSource(Generators.Create("sea", new()), end, begin);
        source.SkipTo(begin);
        var progress = new ScriptProgress(script, begin);
        List<ScriptStep> found = [];
        var row = begin;
        while (source.Read(progress.Most(batch)) is { } rows)
        {
            Assert.InRange(rows.Rows, 1, batch);
            found.AddRange(progress.Before(rows).Select(command => new ScriptStep(row, command)));
            row += rows.Rows;
        }
        return (found, progress.Left);
    }

    private static LimitedSource Rows(int rows) => new(Generators.Create("sea", new()), rows);

    private static RowBatch Batch(int rows, int refused) => new()
    {
        Values = new float[rows],
        Targets = new int[rows],
        NextOffset = rows + refused,
        Refusals = [.. Enumerable.Range(0, refused).Select(i => new Refusal(i, i, "bad"))],
    };
}
