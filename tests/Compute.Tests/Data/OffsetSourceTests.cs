using CsCheck;
using MoE.Compute.Data;
using MoE.Compute.Data.Csv;
using Xunit;

namespace MoE.Compute.Tests.Data;

public sealed class OffsetSourceTests
{
    private static readonly SourceId Whole = SourceId.Named("whole");
    private static readonly CsvOptions Declared = new() { Numeric = ["a"] };

    // Where a part is read again, its lines are counted afresh; rows are counted in the whole source.
    [Fact]
    public void A_part_of_a_source_has_the_rows_and_refusals_that_the_whole_has_there() =>
        Gen.Select(Gen.Bool.List[1, 30], Gen.Int[0, 29], Gen.Int[0, 30], Gen.Int[1, 7]).Sample(
            (isGood, first, offset, rows) =>
            {
                first %= isGood.Count;
                offset = Math.Min(offset, isGood.Count);
                using var whole = Reader(isGood, 0);
                using var part = new OffsetSource(Reader(isGood, first), Whole, first);
                part.SkipTo(offset);
                var (expected, actual) = (whole.ReadAll().After(Math.Max(first, offset)), part.ReadAll(rows));
                Assert.Equal(expected.Values, actual.Values);
                Assert.Equal(expected.Refusals.Select(r => r.Row), actual.Refusals.Select(r => r.Row));
                if (actual.Rows + actual.Refusals.Count > 0)
                    Assert.Equal((expected.FirstOffset, expected.NextOffset), (actual.FirstOffset, actual.NextOffset));
            });

    [Fact]
    public void Every_batch_goes_on_where_the_one_before_ended()
    {
        using var part = new OffsetSource(Reader([true, false, true, false, true], 0), Whole, 1000);
        var offset = 1000L;
        while (part.Read(1) is { } batch)
        {
            Assert.Equal(offset, batch.FirstOffset);
            offset = batch.NextOffset;
        }
        Assert.Equal(1005, offset);
    }

    [Fact]
    public void It_is_the_source_that_it_is_a_part_of_under_its_own_name()
    {
        using var reader = Reader([true], 0);
        using var part = new OffsetSource(reader, Whole, 7);
        Assert.Equal((Whole, "x.csv", reader.Schema), (part.Id, part.Name, part.Schema));
    }

    /// <summary>The rows behind the <paramref name="first"/> ones; a good one holds its number.</summary>
    private static CsvReader Reader(List<bool> isGood, int first)
    {
        var rows = isGood.Select((good, i) => good ? $"{i + 1},x\n" : "bad,x\n").Skip(first);
        return CsvTexts.Reader("a,class\n" + string.Concat(rows), Declared);
    }
}
