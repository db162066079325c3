using MoE.Compute.Data;
using MoE.Compute.Data.Csv;
using MoE.Compute.Data.Refusals;
using Xunit;

namespace MoE.Compute.Tests.Data.Refusals;

public class GuardedSourceTests
{
    private static readonly CsvOptions Declared = new() { Numeric = ["a"] };

    [Theory]
    [InlineData(0, 10)]
    [InlineData(999, 10)]
    [InlineData(1099, 10)]
    [InlineData(1100, 11)]
    [InlineData(100_000, 1000)]
    public void One_row_in_a_hundred_is_borne_and_ten_in_any_case(long rows, long limit) =>
        Assert.Equal(limit, new RefusalBudget().Limit(rows));

    [Fact]
    public void A_budget_that_makes_no_sense_is_refused_whole()
    {
        var error = Assert.Throws<InvalidOptionsException>(
            () => new RefusalBudget { MaxShare = double.NaN, AtLeast = -1 }.Validated());
        Assert.Equal(
            ["The share of refused rows is NaN; it must lie in [0, 1].",
                "The number of refused rows is -1; it must be 0 or more."],
            error.Problems);
    }

    [Fact]
    public void The_batch_that_goes_over_the_limit_is_delivered_and_the_next_read_throws()
    {
        using var source = new GuardedSource(CsvTexts.Reader(Text(bad: 11), Declared), new());
        Assert.Equal(5, source.Read(5)!.Rows);
        Assert.Equal((5, 11), (source.Read(5)! is var batch ? batch.Rows : 0, batch.Refusals.Count));
        var error = Assert.Throws<TooManyRefusalsException>(() => source.Read(5));
        Assert.Equal(
            "11 of the 21 rows of x.csv so far were refused, more than the 10 allowed. The last one: x.csv line 17, "
                + "column 'a': 'bad' is not a number; a finite number, an empty cell or ? is allowed. "
                + "Correct the rows, or allow more with --max-refused.", error.Message);
    }

    [Fact]
    public void As_many_refusals_as_are_borne_stop_nothing()
    {
        using var source = new GuardedSource(CsvTexts.Reader(Text(bad: 10), Declared), new());
        Assert.Equal(15, source.ReadAll().Rows);
    }

    [Fact]
    public void Refusals_of_an_earlier_reading_count()
    {
        using var first = CsvTexts.Reader(Text(bad: 11), Declared);
        var batch = first.Read(6)!;
        using var source = new GuardedSource(CsvTexts.Reader(Text(bad: 11), Declared), new(), learned: batch.Rows);
        source.SkipTo(batch.NextOffset);
        Assert.Throws<TooManyRefusalsException>(() => source.Read(5));
    }

    [Fact]
    public void A_limit_counts_good_rows_and_those_of_an_earlier_reading()
    {
        using var source = new LimitedSource(CsvTexts.Reader(Text(bad: 3), Declared), limit: 9, learned: 2);
        Assert.Equal([4, 3], new[] { source.Read(4)!.Rows, source.Read(4)!.Rows });
        Assert.Null(source.Read(4));
    }

    /// <summary>Five good rows, bad ones, ten good ones.</summary>
    private static string Text(int bad) => "a,class\n" + string.Concat(
        Enumerable.Repeat("1,x\n", 5).Concat(Enumerable.Repeat("bad,x\n", bad)).Concat(Enumerable.Repeat("2,y\n", 10)));
}
