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
        using var moe = Process.Start(new ProcessStartInfo("dotnet", [Moe.Path, "experts", "kinds"])
        {
            RedirectStandardOutput = true,
        })!;
        var kinds = await moe.StandardOutput.ReadToEndAsync();
        await moe.WaitForExitAsync();
        Assert.Equal(0, moe.ExitCode);
        ApprovedFile.Check("docs/cli.md", CommandReference.Write(MoeProgram.Commands(), kinds));
    }

    [Fact]
    public void The_page_of_settings_is_made_from_the_shipped_file()
    {
        var page = SettingsReference.Write(Repository.Read("hocon/moe.hocon"));
        Assert.All(SettingsLayer.Defaults.Values.Keys, key => Assert.Contains($"| `{key}` |", page, StringComparison.Ordinal));
        ApprovedFile.Check("docs/settings.md", page);
    }
}
