using System.Text.Json;
using MoE.Compute.Data;
using MoE.Compute.Data.Csv;
using MoE.Needs;
using Xunit;

namespace MoE.Compute.Tests.Data;

public class RealDataTests
{
    [DataTheory]
    [InlineData("elec2")]
    [InlineData("noaa_weather")]
    [InlineData("sea_50k")]
    [InlineData("phishing")]
    [InlineData("covtype_93k_shuffled")]
    [InlineData("rialto")]
    [InlineData("airlines2007_50k")]
    [InlineData("powersupply")]
    [InlineData("outdoor")]
    [InlineData("rbf_interchanging")]
    public void Every_row_of_a_benchmark_is_read(string name)
    {
        var (schema, path) = (PublicData.Path("schema.json"), PublicData.Path($"{name}.csv.gz"));
        using var document = JsonDocument.Parse(File.ReadAllText(schema));
        var expected = document.RootElement.GetProperty(name);
        using var source = RowSources.Open(path, new CsvOptions().With(SchemaFile.Read(schema, path)));
        var batch = source.ReadAll(1000);
        Assert.Empty(batch.Refusals);
        Assert.Equal(expected.GetProperty("rows").GetInt32(), batch.Rows);
        Assert.Equal(expected.GetProperty("features").GetInt32(), source.Schema.Features.Count);
        var classes = batch.NewTerms.Where(t => t.Column == Term.Class).Select(t => t.Text).ToList();
        Assert.Equal(
            expected.GetProperty("class_counts").EnumerateObject().ToDictionary(c => c.Name, c => c.Value.GetInt32()),
            batch.Targets.CountBy(t => classes[t]).ToDictionary());
    }
}
