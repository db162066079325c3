using MoE.Compute.Data;
using MoE.Compute.Data.Csv;
using Xunit;

namespace MoE.Compute.Tests.Data;

/// <summary>Rows that are read by the columns of a model, to be predicted.</summary>
public sealed class CsvModelTests
{
    private static readonly Schema Model = new(
        [new Column("x", ColumnKind.Numeric), new Column("shop", ColumnKind.Categorical)], "y");

    private static readonly Term[] Terms = [new(Term.Class, "low"), new(1, "s0"), new(1, "")];

    [Fact]
    public void Columns_are_found_by_name_and_names_that_are_not_known_stay_so()
    {
        var rows = Read("y,other,shop,x\nlow,1,s0,2.5\nodd,,new,\n,?,,3\n");
        Assert.Equal([2.5f, 0f, float.NaN, RowBatch.UnknownCategory, 3f, 1f], rows.Values);
        Assert.Equal([0, RowBatch.NoClass, RowBatch.NoClass], rows.Targets);
        Assert.Empty(rows.NewTerms);
        Assert.Empty(rows.Refusals);
    }

    [Fact]
    public void Without_a_target_no_row_has_a_class()
    {
        var rows = Read("x,shop\n1,s0\n");
        Assert.Equal([1f, 0f], rows.Values);
        Assert.Equal([RowBatch.NoClass], rows.Targets);
    }

    [Fact]
    public void Columns_that_are_missing_are_named_and_those_passed_over_too()
    {
        var missing = Assert.Throws<SourceException>(() => Read("y,shp,z\nlow,1,2\n"));
        Assert.Equal("rows has no columns 'x', 'shop', which the model reads; add what is missing (its cells may be empty).",
            missing.Message);
        List<string> notices = [];
        Read("x,shop,a,b\n1,s0,2,3\n", notices.Add);
        Assert.Equal(["rows: ignored, because the model does not read them: columns a, b"], notices);
    }

    [Fact]
    public void Rows_are_numbered_as_the_source_has_them()
    {
        var rows = Read("x,shop\nno,s0\n1,s0\nno,s0\nno,s0\n2,s0\n3,s0\nno,s0\n");
        var numbers = new long[rows.Rows];
        rows.NumberRows(numbers);
        Assert.Equal([2, 5, 6], numbers);
    }

    private static RowBatch Read(string text, Action<string>? notice = null)
    {
        using var reader = new CsvReader(
            new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)), SourceId.Stream("rows"), new CsvOptions { Model = Model }, notice);
        reader.Know(Terms);
        return reader.Read(100)!;
    }
}
