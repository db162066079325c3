using Xunit;

namespace MoE.Host.Tests.Commands;

public sealed class SourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_that_has_moved_and_grown_is_gone_on_with()
    {
        var first = await RunAsync(_folder.Write("a.csv", Csv(5120)));
        Assert.Contains("5,120 rows learned", first.Output, StringComparison.Ordinal);
        var grown = await RunAsync(_folder.Write("b.csv", Csv(7040)));
        Assert.Contains("continues after row 5,120", grown.Error, StringComparison.Ordinal);
        var unbroken = await MoeInProcess.RunAsync("evaluate", _folder.Write("c.csv", Csv(7040)), "--json");
        Assert.Equal(EvaluateTests.Fingerprint(unbroken),
            EvaluateTests.Fingerprint(await RunAsync(_folder.Write("b.csv", Csv(7040)), "--json")));
    }

    [Fact]
    public async Task A_file_with_another_content_under_the_same_name_is_refused_unless_it_is_named()
    {
        var path = _folder.Write("a.csv", Csv(1000));
        await RunAsync(path);
        _folder.Write("a.csv", Csv(900));
        var refused = await RunAsync(path);
        Assert.Equal(1, refused.ExitCode);
        Assert.Matches(@"a\.csv \([0-9,]+ bytes\) is not the file from which the model read 1,000 rows, .*a\.csv "
            + @"\([0-9,]+ bytes\)\. Pass the original file, ", refused.Error);
        var named = await RunAsync(path, "--source", "tuesday");
        Assert.Contains("a new source; the model has learned 1,000 rows of other sources", named.Error,
            StringComparison.Ordinal);
        Assert.Contains("1,900 rows learned", named.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Standard_input_is_gone_on_with_only_under_a_name_and_an_offset()
    {
        await InputAsync(Csv(640));
        var refused = await InputAsync(Csv(640));
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("The model has already read 640 rows from standard input, which cannot be resumed.", refused.Error,
            StringComparison.Ordinal);
        await InputAsync(Csv(640), "--source", "day");
        var vague = await InputAsync(Csv(640), "--source", "day");
        Assert.Equal(1, vague.ExitCode);
        Assert.Contains("The model has already read 640 rows of 'day'; pass --offset N", vague.Error, StringComparison.Ordinal);
        var overlapping = await InputAsync(Csv(640), "--source", "day", "--offset", "512", "--json");
        Assert.Contains("\"rows\":1792,\"refused\":0,\"duplicates\":128", overlapping.Output, StringComparison.Ordinal);
        var again = await InputAsync(Csv(640), "--source", "day", "--offset", "0", "--json");
        Assert.Contains("\"rows\":1792,\"refused\":0,\"duplicates\":640", again.Output, StringComparison.Ordinal);
        var gap = await InputAsync(Csv(64), "--source", "day", "--offset", "2000");
        Assert.Equal(1, gap.ExitCode);
        Assert.Contains("rows from row 2001 on; it must continue after row 1152", gap.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Concepts_at_other_rows_make_another_source_and_another_seed_another_model()
    {
        await RunAsync("sea", "--rows", "640");
        var longer = await RunAsync("sea", "--rows", "1280");
        Assert.Contains("a new source; the model has learned", longer.Error, StringComparison.Ordinal);
        var seeded = await RunAsync("sea", "--rows", "640", "--seed", "2");
        Assert.Contains("moe.seed is 2, but the stored model has 1", seeded.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_class_too_many_in_a_later_run_is_refused_with_its_line_and_counts_against_the_limit()
    {
        string[] two = ["--set", "moe.max-classes=2"];
        await RunAsync(_folder.Write("a.csv", Csv(5120)), two);
        var path = _folder.Write("a.csv", Csv(5120) + "00000001,0001,left\n" + Csv(640)["first,second,label\n".Length..]);
        var grown = await RunAsync(path, two);
        Assert.Contains("a.csv line 5122, column 'label': 'left' is a new class after 2 others, but max-classes is 2",
            grown.Error, StringComparison.Ordinal);
        Assert.Contains("5,760 rows learned, 1 refused", grown.Output, StringComparison.Ordinal);
        var bad = string.Concat(Enumerable.Repeat("00000001,0001,left\n", 900));
        var many = await RunAsync(_folder.Write("b.csv", Csv(64) + bad), two);
        Assert.Equal(1, many.ExitCode);
        Assert.Contains("more than the", many.Error, StringComparison.Ordinal);
    }

    private string Data => Path.Combine(_folder.Path, "data");

    private Task<Outcome> RunAsync(string source, params string[] options) =>
        MoeInProcess.RunAsync(["evaluate", source, "--data-dir", Data, .. options]);

    private Task<Outcome> InputAsync(string text, params string[] options) =>
        MoeProcess.RunAsync(text, ["evaluate", "-", "--data-dir", Data, .. options]);

    /// <summary>Rows of some 20 bytes, so that 5,120 of them are more than the part of a file that is digested.</summary>
    private static string Csv(int rows) => "first,second,label\n" + string.Concat(Enumerable.Range(0, rows)
        .Select(i => $"{i * 7919 % 1000003:D8},{i * 31 % 97:D4},{(i % 7 > 3 ? "up" : "down")}\n"));
}
