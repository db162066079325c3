using System.Globalization;
using CsCheck;
using MoE.Compute.Data;
using MoE.Compute.Data.Csv;
using Xunit;

namespace MoE.Compute.Tests.Data;

public class CsvReaderTests
{
    [Fact]
    public void Numbers_names_missing_cells_and_classes_are_read_as_they_stand()
    {
        using var reader = CsvTexts.Reader("a,b,class\n1.5,red,UP\n,blue,DOWN\n?,,UP\n-2e3,red,UP\n");
        Assert.Equal(
            new Schema([new("a", ColumnKind.Numeric), new("b", ColumnKind.Categorical)], "class"), reader.Schema);
        var batch = reader.Read(10)!;
        Assert.Equal([1.5f, 0, float.NaN, 1, float.NaN, 2, -2000, 0], batch.Values);
        Assert.Equal([0, 1, 0, 0], batch.Targets);
        Assert.Equal([new(1, "red"), new(-1, "UP"), new(1, "blue"), new(-1, "DOWN"), new(1, "")], batch.NewTerms);
        Assert.Equal(4, batch.NextOffset);
        Assert.Empty(batch.Refusals);
        Assert.Null(reader.Read(10));
    }

    [Theory]
    [InlineData("a,b,c\r\n1,2,x\r\n3,4,y\r\n")]
    [InlineData("\uFEFFa,b,c\n1,2,x\n3,4,y")]
    [InlineData("\n\na,b,c\n\n1,2,x\n  \t\n\n3,4,y\n\n")]
    [InlineData("\"a\",b,\"c\"\n\"1\",2,x\n3,\"4\",\"y\"\n")]
    [InlineData(" a , b, c\n1 , 2,x\n3,\t4,y\n")]
    public void Line_ends_marks_blanks_and_quotes_make_no_difference(string text)
    {
        using var reader = CsvTexts.Reader(text);
        Assert.Equal(["a", "b"], reader.Schema.Features.Select(f => f.Name));
        var batch = reader.ReadAll();
        Assert.Equal([1f, 2, 3, 4], batch.Values);
        Assert.Equal([new(-1, "x"), new(-1, "y")], batch.NewTerms);
        Assert.Equal(2, batch.NextOffset);
    }

    [Fact]
    public void Quoted_cells_hold_commas_and_doubled_quotes()
    {
        using var reader = CsvTexts.Reader("a,b,c\n\"x, \"\"y\"\"\",5\" pipe,z\n\"\",\"q\",z\n");
        var batch = reader.ReadAll();
        Assert.Empty(batch.Refusals);
        Assert.Equal([new(0, "x, \"y\""), new(1, "5\" pipe"), new(-1, "z"), new(0, ""), new(1, "q")], batch.NewTerms);
    }

    [Fact]
    public void The_target_may_be_any_column()
    {
        using var reader = CsvTexts.Reader("a,b,c\n1,x,2\n", new CsvOptions { Target = "b" });
        Assert.Equal(new Classes("b"), reader.Schema.Target);
        Assert.Equal(["a", "c"], reader.Schema.Features.Select(f => f.Name));
        Assert.Equal([1f, 2], reader.ReadAll().Values);
    }

    [Fact]
    public void A_declared_kind_goes_before_what_the_cells_look_like()
    {
        var options = new CsvOptions { Categorical = ["a"], Numeric = ["a", "b"] };
        using var reader = CsvTexts.Reader("a,b,c\n7,x,y\n7,1,y\n", options);
        Assert.Equal([ColumnKind.Categorical, ColumnKind.Numeric], reader.Schema.Features.Select(f => f.Kind));
        Assert.Single(reader.ReadAll().Refusals);
    }

    [Fact]
    public void A_few_bad_numbers_do_not_make_a_column_categorical_but_many_do_and_are_told_of()
    {
        List<string> notices = [];
        var good = string.Concat(Enumerable.Repeat("1,2,x\n", 18));
        using var few = CsvTexts.Reader($"a,b,c\n{good}n/a,2,x\n1,oops,x\n", notice: notices.Add);
        Assert.Equal(2, few.ReadAll().Refusals.Count);
        Assert.Empty(notices);
        using var many = CsvTexts.Reader("a,b,c\n1,2,x\n1A,2,x\n2,2,x\n", notice: notices.Add);
        Assert.Equal(ColumnKind.Categorical, many.Schema.Features[0].Kind);
        Assert.Equal(
            ["x.csv: column 'a' is treated as categorical because it holds text beside numbers ('1A' on line 3). "
                + "If that is text by mistake, declare the column numeric in a schema file."], notices);
    }

    [Fact]
    public void Kinds_are_told_from_the_first_thousand_rows_and_no_row_is_lost_by_looking()
    {
        var rows = string.Concat(Enumerable.Range(0, 3000).Select(i => $"{i},{i % 7},k{i % 3}\n"));
        using var reader = CsvTexts.Reader($"a,b,c\n{rows}text,1,k0\n");
        var batch = reader.ReadAll(100);
        Assert.Equal(3000, batch.Rows);
        Assert.Equal(Enumerable.Range(0, 3000).Select(i => (float)i), batch.Values.Where((_, i) => i % 2 == 0));
        Assert.Equal(
            "x.csv line 3002, column 'a': 'text' is not a number; a finite number, an empty cell or ? is allowed.",
            Assert.Single(batch.Refusals).Reason);
    }

    [Fact]
    public void Every_decimal_number_becomes_the_float_that_the_framework_makes_of_it()
    {
        var plain = Gen.Select(Gen.ULong, Gen.Int[0, 20], Gen.Bool, (digits, place, minus) =>
        {
            var text = digits.ToString(CultureInfo.InvariantCulture);
            return (minus ? "-" : "") + text.Insert(Math.Min(place, text.Length), ".");
        });
        var single = Gen.Float.Select(f => f.ToString("R", CultureInfo.InvariantCulture));
        var middle = Gen.Int[0, 1 << 22].Select(Gen.Int[1, 20], (bits, digits) =>
        {
            var low = BitConverter.Int32BitsToSingle(bits + (100 << 23));
            var between = ((double)low + MathF.BitIncrement(low)) / 2;
            return between.ToString($"F{digits}", CultureInfo.InvariantCulture);
        });
        Gen.OneOf(plain, single, middle).Array[1, 20].Sample(cells =>
        {
            var finite = cells.Where(c => float.IsFinite(float.Parse(c, CultureInfo.InvariantCulture))).ToArray();
            var text = "a,c\n" + string.Concat(finite.Select(c => $"{c},k\n"));
            using var reader = CsvTexts.Reader(text, new CsvOptions { Numeric = ["a"] });
            Assert.Equal(finite.Select(c => float.Parse(c, CultureInfo.InvariantCulture)), reader.ReadAll().Values);
        });
    }

    [Fact]
    public void Names_beyond_4096_share_indices_by_hash_and_that_is_said_once()
    {
        List<string> notices = [];
        var rows = string.Concat(Enumerable.Range(0, 5000).Select(i => $"n{i},k\n"));
        using var reader = CsvTexts.Reader("a,c\n" + rows, notice: notices.Add);
        var batch = reader.ReadAll();
        Assert.Equal(4096 + 1, batch.NewTerms.Count);
        Assert.Equal(Enumerable.Range(0, 4096).Select(i => (float)i), batch.Values.Take(4096));
        Assert.Equal(RowBatch.SharedCategory - (Fnv("n4999") % 4096), batch.Values[4999]);
        Assert.Equal(
            ["x.csv: column 'a' has more than 4096 names; further ones share the indices of those, by hash."], notices);
    }

    [Fact]
    public void A_batch_of_steady_rows_allocates_only_what_it_hands_out()
    {
        var rows = string.Concat(Enumerable.Range(0, 95_000).Select(i => $"{i * 0.37:F3},day{i % 7},\"q\",k{i % 2}\n"));
        using var reader = CsvTexts.Reader("a,b,q,c\n" + rows);
        reader.Read(5000);
        RowBatch? batch = null;
        var allocated = Allocations.Of(() => batch = reader.Read(30_000));
        Assert.Equal(30_000, batch!.Rows);
        Assert.InRange(allocated - (sizeof(float) * (batch.Values.Length + batch.Targets.Length)), 0, 1000);
    }

    private static uint Fnv(string ascii) => ascii.Aggregate(2166136261u, (hash, c) => (hash ^ c) * 16777619u);
}
