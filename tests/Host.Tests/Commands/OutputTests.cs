using System.Diagnostics;
using MoE.Compute.ModelFiles;
using MoE.Needs;
using Xunit;

namespace MoE.Host.Tests.Commands;

public sealed class OutputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Data => At("m");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_export_over_a_file_of_a_model_is_refused_and_that_model_stays_whole()
    {
        await LearnAsync();
        Directory.CreateDirectory(At("elsewhere"));
        var before = Directory.GetFiles(Data).Order().Select(file => (file, File.ReadAllBytes(file).Length)).ToList();
        string[] targets = OperatingSystem.IsWindows() ? [Path.Combine(Data, "journal.db")]
            : [.. before.Select(file => file.file), Path.Combine(Data, "journal.db-wal"), At("elsewhere/link")];
        if (!OperatingSystem.IsWindows())
            File.CreateSymbolicLink(At("elsewhere/link"), Path.Combine(Data, "snapshots.db"));
        foreach (var target in targets)
        {
            var outcome = await MoeInProcess.RunAsync("export", target, "--data-dir", Data);
            Assert.Equal((1, ""), (outcome.ExitCode, outcome.Output));
            Assert.Equal($"moe: {target} belongs to the model stored in {Data}; give another file.",
                Assert.Single(outcome.ErrorLines));
        }
        Assert.Equal(before, Directory.GetFiles(Data).Order().Select(file => (file, File.ReadAllBytes(file).Length)));
        var inspected = await MoeInProcess.RunAsync("inspect", Data);
        Assert.True(inspected.ExitCode == 0, inspected.Output + inspected.Error);
    }

    [Fact]
    public async Task An_export_to_standard_output_is_the_model_and_nothing_else()
    {
        if (!OperatingSystem.IsLinux())
            return;
        await LearnAsync();
        var file = At("a.moe");
        Assert.Equal(0, (await MoeInProcess.RunAsync("export", file, "--data-dir", Data)).ExitCode);
        var moe = $"dotnet '{Moe.Path}' export /dev/stdout --data-dir '{Data}'";
        using (var shell = Process.Start(new ProcessStartInfo("sh", ["-c", $"{moe} > piped.moe; {moe} | cat > cat.moe"])
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardError = true,
        })!)
        {
            var error = await shell.StandardError.ReadToEndAsync();
            await shell.WaitForExitAsync();
            Assert.Equal((0, 2), (shell.ExitCode, error.Split("/dev/stdout: model after batch ").Length - 1));
        }
        Assert.Equal(await File.ReadAllBytesAsync(file), await File.ReadAllBytesAsync(At("piped.moe")));
        Assert.Equal(await File.ReadAllBytesAsync(file), await File.ReadAllBytesAsync(At("cat.moe")));
        Assert.Equal(ModelFile.Read(file).Fingerprint(), ModelFile.Read(At("cat.moe")).Fingerprint());
    }

    [Fact]
    public async Task A_plot_is_drawn_into_a_pipe_and_where_a_link_leads()
    {
        if (OperatingSystem.IsWindows())
            return;
        using (var make = Process.Start("mkfifo", [At("pipe.svg")]))
            await make.WaitForExitAsync();
        var read = Task.Run(() => File.ReadAllText(At("pipe.svg")));
        string[] run = ["evaluate", "sea", "--rows", "500", "--plot"];
        var piped = await MoeInProcess.RunAsync([.. run, At("pipe.svg")]);
        Assert.True(piped.ExitCode == 0, piped.Error);
        _folder.Write("far.svg", "old");
        File.CreateSymbolicLink(At("link.svg"), At("far.svg"));
        Assert.Equal(0, (await MoeInProcess.RunAsync([.. run, At("link.svg")])).ExitCode);
        Assert.Equal(At("far.svg"), new FileInfo(At("link.svg")).LinkTarget);
        Assert.StartsWith("<svg", await read, StringComparison.Ordinal);
        Assert.Equal(await read, await File.ReadAllTextAsync(At("far.svg")));
    }

    private async Task LearnAsync()
    {
        var outcome = await MoeInProcess.RunAsync("evaluate", "sea", "--rows", "500", "--data-dir", Data);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
    }

    private string At(string name) => Path.Combine(_folder.Path, name);
}
