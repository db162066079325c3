using CsCheck;
using MoE.Compute.Data;
using Xunit;

namespace MoE.Compute.Tests.Data;

public sealed class RowBatchTests
{
    private static readonly IReadOnlyList<Term> Terms = [new(0, "red"), new(Term.Class, "x")];

    [Fact]
    public void What_lies_behind_a_row_is_the_rows_and_refusals_with_higher_numbers() =>
        Gen.Select(Gen.Bool.List[0, 20], Gen.Int[0, 50], Gen.Int[0, 3], Gen.Int[-3, 25]).Sample(
            (isGood, first, features, at) =>
            {
                var (batch, offset) = (Batch(isGood, first, features), first + at);
                var numbers = Enumerable.Range(first + 1, isGood.Count).Where(row => row > offset).ToArray();
                var good = numbers.Where(row => isGood[row - first - 1]).ToArray();
                var behind = batch.After(offset);
                Assert.Equal(good, behind.Targets);
                Assert.Equal(good.SelectMany(row => Enumerable.Repeat((float)row, features)), behind.Values);
                Assert.Equal(numbers.Except(good), behind.Refusals.Select(r => (int)r.Row));
                Assert.Equal(batch.NextOffset, behind.NextOffset);
                Assert.Equal(Math.Clamp(offset, first, batch.NextOffset), behind.FirstOffset);
                Assert.Same(Terms, behind.NewTerms);
            });

    [Fact]
    public void What_lies_behind_a_row_and_then_behind_a_later_one_lies_behind_the_later_one() =>
        Gen.Select(Gen.Bool.List[0, 20], Gen.Int[0, 20], Gen.Int[0, 20]).Sample((isGood, one, other) =>
        {
            var batch = Batch(isGood, 0, 2);
            CsvTexts.AssertEqual(
                batch.After(Math.Max(one, other)), batch.After(Math.Min(one, other)).After(Math.Max(one, other)));
        });

    /// <summary>Rows behind the <paramref name="first"/> ones of a source; each holds its number.</summary>
    private static RowBatch Batch(List<bool> isGood, int first, int features)
    {
        var rows = Enumerable.Range(first + 1, isGood.Count).ToLookup(row => isGood[row - first - 1]);
        return new RowBatch
        {
            Values = [.. rows[true].SelectMany(row => Enumerable.Repeat((float)row, features))],
            Targets = [.. rows[true]],
            NewTerms = Terms,
            Refusals = [.. rows[false].Select(row => new Refusal(row, row + 1, "refused by the test"))],
            NextOffset = first + isGood.Count,
        };
    }
}
