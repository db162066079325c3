using MoE.Compute.Data;
using MoE.Compute.Data.Csv;
using Xunit;

namespace MoE.Compute.Tests.Data;

public sealed class SchemaFileTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    [Fact]
    public void A_data_set_is_found_by_its_file_name_without_folders_and_extensions()
    {
        var columns = Read(
            """{"elec2": {"rows": 3, "columns": [{"name": "day", "type": "cat"}, {"name": "p", "type": "num"}]}}""",
            "some/where/elec2.csv.gz");
        Assert.Equal([new("day", ColumnKind.Categorical), new("p", ColumnKind.Numeric)], columns);
    }

    [Fact]
    public void A_file_of_one_schema_holds_for_every_source() =>
        Assert.Equal(
            [new("p", ColumnKind.Numeric)], Read("""{"columns": [{"name": "p", "type": "num"}]}""", "any.csv"));

    [Fact]
    public void Options_go_before_the_schema_file()
    {
        Column[] declared = [new("p", ColumnKind.Numeric), new("c", ColumnKind.Categorical)];
        var options = new CsvOptions { Categorical = ["p"] }.With(declared);
        using var reader = CsvTexts.Reader("p,c\n1,x\n", options);
        Assert.Equal(ColumnKind.Categorical, reader.Schema.Features[0].Kind);
    }

    [Theory]
    [InlineData("""{"elec": {"columns": []}}""", " has no data set 'elec2'. Did you mean 'elec'?")]
    [InlineData("""{"elec2": 7}""", " declares no \"columns\" for 'elec2'.")]
    [InlineData("""[1]""", " holds a JSON Array; an object is expected.")]
    [InlineData("""{"columns": 7}""", " has \"columns\" that are not a list of names and types.")]
    [InlineData("""{"columns": [7]}""", ": column 1 has no \"name\".")]
    [InlineData("""{"columns": [{"name": "a", "type": "int"}]}""", ", column 'a': type 'int'; num or cat is expected.")]
    public void What_is_wrong_is_said(string json, string message) =>
        Assert.Equal(_path + message, Assert.Throws<SourceException>(() => Read(json, "elec2.csv")).Message);

    [Fact]
    public void What_is_no_json_is_said_to_be_none()
    {
        var error = Assert.Throws<SourceException>(() => Read("a,b,c", "elec2.csv"));
        Assert.StartsWith($"{_path} is not valid JSON: ", error.Message);
    }

    public void Dispose() => File.Delete(_path);

    private IReadOnlyList<Column> Read(string json, string source)
    {
        File.WriteAllText(_path, json);
        return SchemaFile.Read(_path, source);
    }
}
