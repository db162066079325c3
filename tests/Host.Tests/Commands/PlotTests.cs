using System.Xml.Linq;
using MoE.Needs;
using Xunit;

namespace MoE.Host.Tests.Commands;

public sealed class PlotTests : IDisposable
{
    private const string FirstTick = ">0</text>";

    private readonly TemporaryFolder _folder = new();

    private string Plot => Path.Combine(_folder.Path, "run.svg");

    [Fact]
    public async Task Both_modes_draw_the_same_picture_of_a_run()
    {
        string[] run = ["evaluate", "sea", "--rows", "3000", "--json", "--plot", Plot];
        var outcome = await MoeInProcess.RunAsync(run);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        var picture = await File.ReadAllTextAsync(Plot);
        Assert.Contains($"fingerprint {EvaluateTests.Fingerprint(outcome)}", picture, StringComparison.Ordinal);
        Assert.Equal(47, CurvePoints(picture));
        await MoeInProcess.RunAsync([.. run, "--mode", "single"]);
        Assert.Equal(picture, await File.ReadAllTextAsync(Plot));
    }

    [UnixFact]
    public async Task A_stopped_run_is_drawn_and_the_next_one_begins_its_plot_where_it_goes_on()
    {
        string[] durable = ["evaluate", "rbf-fast", "--rows", "100000", "--plot", Plot,
            "--data-dir", Path.Combine(_folder.Path, "data")];
        var stopped = await MoeProcess.StopAsync("INT", "1,024  ", null, durable);
        Assert.True(stopped.ExitCode == 0, stopped.Error);
        var picture = await File.ReadAllTextAsync(Plot);
        Assert.Contains($"{stopped.Output.Split(' ')[1]} rows, final accuracy", picture, StringComparison.Ordinal);
        Assert.Contains(FirstTick, picture, StringComparison.Ordinal);
        await MoeInProcess.RunAsync(durable);
        picture = await File.ReadAllTextAsync(Plot);
        Assert.Contains("100,000 rows, final accuracy", picture, StringComparison.Ordinal);
        Assert.DoesNotContain(FirstTick, picture, StringComparison.Ordinal);
        var again = await MoeInProcess.RunAsync(durable);
        Assert.Contains("was not written: no row was learned in this run", again.Error, StringComparison.Ordinal);
        Assert.Equal(picture, await File.ReadAllTextAsync(Plot));
    }

    [Fact]
    public async Task A_run_whose_source_breaks_is_drawn()
    {
        var file = _folder.Write("rows.csv", "x,y\n" + string.Concat(Enumerable.Range(0, 200).Select(i => $"{i},{i % 2}\n"))
            + string.Concat(Enumerable.Repeat("bad\n", 50)));
        var outcome = await MoeInProcess.RunAsync("evaluate", file, "--plot", Plot);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("200 rows, final accuracy", await File.ReadAllTextAsync(Plot), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run.pdf", "it must be a file that ends in .svg or .png.")]
    [InlineData("none/run.svg", "name a file in a folder that is there.")]
    public async Task A_plot_that_cannot_be_written_is_refused_before_the_run(string name, string reason)
    {
        var outcome = await MoeProcess.RunInAsync(_folder.Path, "evaluate", "sea", "--rows", "100", "--plot", name);
        Assert.Equal((2, ""), (outcome.ExitCode, outcome.Output));
        Assert.StartsWith("moe: --plot ", outcome.Error, StringComparison.Ordinal);
        Assert.EndsWith(reason, Assert.Single(outcome.ErrorLines), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [UnixFact]
    public async Task A_link_to_nothing_is_refused_and_left_alone()
    {
        File.CreateSymbolicLink(Plot, Path.Combine(_folder.Path, "nothing.svg"));
        var outcome = await MoeInProcess.RunAsync("evaluate", "sea", "--rows", "100", "--plot", Plot);
        Assert.Equal(2, outcome.ExitCode);
        Assert.EndsWith("nothing.svg, which is not there; name a file.", Assert.Single(outcome.ErrorLines),
            StringComparison.Ordinal);
        Assert.Equal([Plot], Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task A_png_is_drawn_where_the_file_ends_so()
    {
        var png = Path.Combine(_folder.Path, "run.png");
        var outcome = await MoeInProcess.RunAsync("evaluate", "sea", "--rows", "1000", "--plot", png);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], (await File.ReadAllBytesAsync(png))[..4]);
    }

    public void Dispose() => _folder.Dispose();

    private static int CurvePoints(string svg) => XDocument.Parse(svg).Descendants()
        .First(e => e.Attribute("class")?.Value == "overall" && e.Attribute("points") is not null)
        .Attribute("points")!.Value.Split(' ').Length;
}
