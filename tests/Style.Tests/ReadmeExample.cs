using MoE.Compute;
using MoE.Compute.Data;
using MoE.Compute.Data.Csv;
using Xunit;

namespace MoE.Style.Tests;

public sealed class ReadmeExample
{
    [Fact]
    public void Learns_a_file_from_a_program()
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, "a,class\n" + string.Concat(Enumerable.Range(0, 500).Select(i => $"{i % 4},{(i % 4 > 1 ? "hi" : "lo")}\n")));
        var (written, standard) = (new StringWriter(), Console.Out);
        Console.SetOut(written);
        Learn(path);
        Console.SetOut(standard);
        File.Delete(path);
        File.Delete(path + ".moe");
        Assert.Matches(@"^9\d\.\d+ %", written.ToString());
    }

    private static void Learn(string path)
    {
        using var source = RowSources.Open(path, new CsvOptions { Target = "class" });
        var mixture = new Mixture(source.Schema, new MixtureOptions { Seed = 1 });
        while (source.Read(64) is { } rows)
            mixture.Learn(rows);
        Console.WriteLine($"{mixture.Gate.Scores().Accuracy:F2} %, {mixture.Fingerprint()}");
        mixture.Save(path + ".moe");
        var loaded = Mixture.Load(path + ".moe");
        using var again = RowSources.Open(path, new CsvOptions { Target = "class" });
        again.SkipTo(loaded.Offset, loaded.Terms);
        Assert.Null(again.Read(64));
        Assert.Equal(mixture.Fingerprint(), loaded.Fingerprint());
    }
}
