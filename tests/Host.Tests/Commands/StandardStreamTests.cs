using System.Diagnostics;
using MoE.Needs;
using Xunit;

namespace MoE.Host.Tests.Commands;

public sealed class StandardStreamTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("2> /dev/full")]
    [InlineData("2>&-")]
    public async Task A_run_goes_on_without_a_standard_error_that_takes_nothing(string streams)
    {
        if (!OperatingSystem.IsLinux())
            return;
        var (code, output, _) = await ShellAsync($"moe evaluate sea --rows 2000 --data-dir m {streams}");
        Assert.Equal(0, code);
        Assert.StartsWith("sea: 2,000 rows learned", output, StringComparison.Ordinal);
        var (again, inspected, _) = await ShellAsync("moe inspect m");
        Assert.Equal(0, again);
        Assert.StartsWith("default: 2,000 rows learned", inspected, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("> /dev/full", "No space left on device")]
    [InlineData(">&-", "the stream is closed")]
    public async Task A_result_that_cannot_be_written_is_told_after_a_run_that_was_stored(string streams, string reason)
    {
        if (!OperatingSystem.IsLinux())
            return;
        var (code, _, error) = await ShellAsync($"moe evaluate sea --rows 500 --data-dir m {streams}");
        Assert.Equal(1, code);
        Assert.EndsWith($"\nmoe: standard output cannot be written: {reason}; redirect it to a place that can be.\n", error,
            StringComparison.Ordinal);
        Assert.StartsWith("default: 500 rows learned", (await ShellAsync("moe inspect m")).Output, StringComparison.Ordinal);
        var help = await ShellAsync($"moe --help {streams}");
        Assert.Equal((1, $"moe: standard output cannot be written: {reason}; redirect it to a place that can be.\n"),
            (help.Code, help.Error));
    }

    [Fact]
    public async Task A_reader_that_has_read_enough_is_no_error()
    {
        if (OperatingSystem.IsWindows())
            return;
        var (code, output, error) = await ShellAsync(
            "set -o pipefail; moe experts kinds | true; moe evaluate sea --rows 500 2> /dev/null | head -1");
        Assert.Equal((0, ""), (code, error));
        Assert.Equal("sea: 500 rows learned, 0 refused, 2 classes", output.Trim());
    }

    [Fact]
    public async Task A_closed_standard_input_is_an_empty_one()
    {
        if (OperatingSystem.IsWindows())
            return;
        const string Empty = "moe: standard input is empty; a header row and rows below it are expected.\n";
        var closed = await ShellAsync("moe evaluate - <&-");
        Assert.Equal((1, "", Empty), (closed.Code, closed.Output, closed.Error));
        var empty = await ShellAsync("moe evaluate - < /dev/null");
        Assert.Equal((1, "", Empty), (empty.Code, empty.Output, empty.Error));
    }

    private async Task<(int Code, string Output, string Error)> ShellAsync(string command)
    {
        var moe = $"moe() {{ dotnet '{Moe.Path}' \"$@\"; }}";
        using var process = Process.Start(new ProcessStartInfo("bash", ["-c", $"{moe}\n{command}"])
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
