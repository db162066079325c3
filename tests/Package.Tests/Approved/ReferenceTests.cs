using System.Diagnostics;
using MoE.Actors.Configuration;
using MoE.Host.Commands;
using MoE.Needs;
using Xunit;

namespace MoE.Package.Tests.Approved;

public sealed class ReferenceTests
{
    [Fact]
    public async Task The_page_of_the_command_line_is_made_from_the_commands()
    {
        var kinds = await RunAsync("experts", "kinds");
        ApprovedFile.Check("docs/cli.md", CommandReference.Write(MoeProgram.Commands(), kinds));
    }

    [Fact]
    public void The_page_of_settings_is_made_from_the_shipped_file()
    {
        var page = SettingsReference.Write(Repository.Read("hocon/moe.hocon"));
        Assert.All(SettingsLayer.Defaults.Values.Keys, key => Assert.Contains($"| `{key}` |", page, StringComparison.Ordinal));
        ApprovedFile.Check("docs/settings.md", page);
    }

    [Fact]
    public async Task The_plot_of_the_readme_is_that_of_its_command()
    {
        var folder = Directory.CreateTempSubdirectory("moe-test-").FullName;
        var plot = Path.Combine(folder, "run.svg");
        await RunAsync("evaluate", "sea-recurring", "--rows", "60000", "--set", "moe.compute.device=cpu", "--plot", plot);
        ApprovedFile.Check("docs/run.svg", await File.ReadAllTextAsync(plot));
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<string> RunAsync(params string[] args)
    {
        using var moe = Process.Start(new ProcessStartInfo("dotnet", [Moe.Path, .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, error) = (moe.StandardOutput.ReadToEndAsync(), moe.StandardError.ReadToEndAsync());
        await moe.WaitForExitAsync();
        Assert.True(moe.ExitCode == 0, await error);
        return await output;
    }
}
