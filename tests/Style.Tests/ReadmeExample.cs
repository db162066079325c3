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

    [Fact]
    public void Predicts_rows_without_learning_them()
    {
        var schema = new Schema([new Column("a", ColumnKind.Numeric)], "class");
        var mixture = new Mixture(schema, new MixtureOptions());
        Term[] classes = [new(Term.Class, "lo"), new(Term.Class, "hi")];
        for (var offset = 64L; offset <= 640; offset += 64)
            mixture.Learn(new RowBatch
            {
                Values = [.. Enumerable.Range(0, 64).Select(i => i % 4f)],
                Targets = [.. Enumerable.Range(0, 64).Select(i => i % 4 / 2)],
                NewTerms = offset == 64 ? classes : [],
                NextOffset = offset,
            });
        var before = mixture.Fingerprint();
        var (written, standard) = (new StringWriter(), Console.Out);
        Console.SetOut(written);
        try
        {
            Predict(mixture, new RowBatch { Values = [3f], Targets = [RowBatch.NoClass], NextOffset = 1 });
        }
        finally
        {
            Console.SetOut(standard);
        }
        Assert.Equal("hi, after batch 10", written.ToString().Trim());
        Assert.Equal(before, mixture.Fingerprint());
    }

    private static void Predict(Mixture mixture, RowBatch rows)
    {
        var predictions = mixture.Predict(rows);
        Console.WriteLine($"{predictions.ClassNames[predictions.Classes[0]]}, after batch {predictions.Number}");
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
        again.SkipTo(loaded.Offset);
        Assert.Null(again.Read(64));
        Assert.Equal(mixture.Fingerprint(), loaded.Fingerprint());
    }
}
