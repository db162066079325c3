using MoE.Benchmarks.Gpu;
using Xunit;

namespace MoE.Host.Tests.Gpu;

/// <summary>
/// The tables that are made of a measured folder. Recorded is one of scripts/gpu-measure.sh on PoCL, a device of OpenCL
/// that is a CPU, with the names of the machine taken out.
/// </summary>
public sealed class GpuTablesTests
{
    private static readonly string Recorded = Path.Combine(AppContext.BaseDirectory, "Gpu", "Recorded");

    [Fact]
    public void A_recorded_folder_gives_these_tables() =>
        Assert.Equal(File.ReadAllText(Path.Combine(Recorded, "tables.md")), GpuTables.Tables(Recorded));

    [Fact]
    public void Tables_that_are_written_again_change_nothing_and_touch_nothing_else()
    {
        using var folder = new TemporaryFolder();
        var document = folder.Write(
            "results.md", $"before\n{MarkedSection.Begin}\nnot measured\n{MarkedSection.End}\nafter\n");
        GpuTables.Write(Recorded, document);
        var once = File.ReadAllText(document);
        GpuTables.Write(Recorded, document);
        Assert.Equal(once, File.ReadAllText(document));
        Assert.StartsWith($"before\n{MarkedSection.Begin}\n### GPUs\n", once, StringComparison.Ordinal);
        Assert.EndsWith($"\n{MarkedSection.End}\nafter\n", once, StringComparison.Ordinal);
        Assert.DoesNotContain("not measured\n", once, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_folder_that_has_little_the_tables_say_what_is_missing()
    {
        using var folder = new TemporaryFolder();
        string[] names = ["facts.json", "steps.json"];
        foreach (var name in names)
            File.Copy(Path.Combine(Recorded, name), Path.Combine(folder.Path, name));
        var tables = GpuTables.Tables(folder.Path);
        Assert.Contains("**The self-test did not end.**", tables, StringComparison.Ordinal);
        Assert.Contains("PyTorch was not measured: the step did not end.", tables, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_was_cut_short_stands_beside_whole_ones_with_its_rows()
    {
        using var folder = new TemporaryFolder();
        folder.Write("facts.json", """{"device":"cuda:0","processor":"p","threads":2,"version":"1"}""");
        folder.Write("steps.json", """
            {"seconds":9,"steps":[{"name":"stream.a.b.cpu.1","outcome":"done","seconds":1},
            {"name":"stream.a.b.cuda-0.1","outcome":"cut short","seconds":5},
            {"name":"stream.a.b.cuda-0.2","outcome":"failed","seconds":1}]}
            """);
        folder.Write("stream.a.b.cpu.1.json", """{"rows":2000,"accuracy":80.5,"rowsPerSecond":1000}""");
        folder.Write("stream.a.b.cuda-0.1.json", """{"rows":500,"accuracy":70.25,"rowsPerSecond":100}""");
        var tables = GpuTables.Tables(folder.Path);
        Assert.Contains("| a.b | 2,000 | 1 | 80.500 | 70.250 (500 rows) | - | 1,000 | 100 (500 rows) | - | - |",
            tables, StringComparison.Ordinal);
        Assert.Contains("not done: stream.a.b.cuda-0.1 (cut short after 5 s), stream.a.b.cuda-0.2 (failed after 1 s).",
            tables, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_claimed_of_GPUs_is_counted_from_the_pools()
    {
        using var folder = new TemporaryFolder();
        folder.Write("facts.json", """{"device":"cuda:0","processor":"p","threads":16,"version":"1"}""");
        folder.Write("steps.json", """{"seconds":9,"steps":[]}""");
        string Pool(string where, int experts, int speed, string oneByOne) =>
            $$"""
            {"where":"{{where}}","specification":"mlp","experts":{{experts}},"topK":4,"batch":4096,
            "rowsPerSecond":{{speed}},"expertRowsPerSecond":{{4 * speed}},"rowsPerSecondOneByOne":{{oneByOne}},
            "gigaFlops":1.5,"boundBy":"steps","share":0.25}
            """;
        folder.Write("bench.json", $$"""
            {"ceilings":[{"where":"cpu x1","gigaFlops":100,"copies":[{"bytes":16384,"gigabytesPerSecond":200},
            {"bytes":1048576,"gigabytesPerSecond":20.26}]}],"kinds":[],
            "devices":[{"name":"cuda:0","launchMicroseconds":5.26,"queuedMicroseconds":2,
            "transfers":[{"bytes":4096,"uploadMicroseconds":10,"downloadMicroseconds":11.5}]}],
            "pools":[{{Pool("cpu x1", 512, 1000, "null")}},{{Pool("cpu x16", 512, 5000, "null")}},
            {{Pool("cuda:0", 8, 24000, "20000")}},{{Pool("cuda:0", 256, 21000, "2000")}},
            {{Pool("cuda:0", 512, 20500, "1000")}}]}
            """);
        var tables = GpuTables.Tables(folder.Path);
        string[] expected =
        [
            "| cpu x1 | 100.0 | 20.3 |",
            "On cuda:0 an empty launch and its end take 5.3 µs, one of a queue 2.0 µs; a transfer:",
            "| 4,096 | 10.0 | 11.5 |",
            "Experts of a kind; 4,096 rows a batch, each predicted, then learned:",
            "Pools of routed experts `mlp`, 4 to a row:",
            "| `mlp` | 512 | cuda:0 | 20,500 | 82,000 | 1,000 | 1.50 | steps | 25.0 |",
            "| expert-rows/s with 512 experts, cuda:0 to cpu x1 | 20.50 times | 20 times |",
            "| the same to cpu x16 | 4.10 times | 3 times (16 threads) |",
            "| rows/s, 256 experts to 8 | 0.88 times | 0.75 times or more |",
            "| rows/s with 512 experts, one launch for all to one for each | 20.50 times | more than once |",
        ];
        Assert.All(expected, line => Assert.Contains($"\n{line}\n", tables, StringComparison.Ordinal));
    }

    [Fact]
    public void A_folder_or_a_document_that_cannot_be_used_is_named()
    {
        using var folder = new TemporaryFolder();
        Assert.StartsWith($"{folder.Path} has no steps.json;",
            Assert.Throws<InvalidDataException>(() => GpuTables.Tables(folder.Path)).Message, StringComparison.Ordinal);
        const string begin = MarkedSection.Begin, end = MarkedSection.End;
        Assert.Throws<InvalidDataException>(() => MarkedSection.Replace("no marks", "text"));
        Assert.Throws<InvalidDataException>(() => MarkedSection.Replace($"{end} {begin}", "text"));
        Assert.Throws<InvalidDataException>(() => MarkedSection.Replace($"{begin} {begin} {end}", "text"));
    }
}
