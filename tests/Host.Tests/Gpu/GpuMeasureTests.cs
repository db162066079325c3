using System.Diagnostics;
using System.Text.Json.Nodes;
using Xunit;

namespace MoE.Host.Tests.Gpu;

/// <summary>scripts/gpu-measure.sh, with a program in moe's place that answers at once.</summary>
public sealed class GpuMeasureTests
{
    private const string Answers = """
        #!/usr/bin/env bash
        case $1 in
          devices)
            echo '{"devices":[{"name":"opencl:0","isGpu":false},{"name":"cuda:1","isGpu":true}],"missing":["why"]}'
            ;;
          --version) echo 'a "quoted" version' ;;
          selftest) echo '{"holds":true,"kernels":[]}' ;;
          bench) echo '{"ceilings":[],"kinds":[],"pools":[],"devices":[]}' ;;
          evaluate) echo '{"source":"'"$2"'","rows":10,"accuracy":50,"rowsPerSecond":100,"experts":[]}' ;;
        esac
        """;

    private static readonly string[] Streams = ["rbf-fast", "rbf-moderate", "rbf-moderate,preset=gpu", "cells"];

    private static readonly string[] Places = ["cpu", "cuda-1", "auto"];

    [Fact]
    public async Task Every_step_leaves_its_answer_for_the_first_GPU_that_is_found()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var folder = new TemporaryFolder();
        folder.Write("cells.csv.gz", "");
        folder.Write("reg_price.csv.gz", "");
        var (code, output) = await RunAsync(folder, Answers, "--data", folder.Path);
        Assert.True(code == 0, output);
        var steps = Steps(folder);
        Assert.All(steps, step => Assert.Equal("done", (string?)step!["outcome"]));
        var names = steps.Select(step => (string)step!["name"]!).ToList();
        Assert.Equal(["devices", "selftest", "bench"], names[..3]);
        string[] expected = [.. from round in Enumerable.Range(1, 3)
                                from stream in Streams
                                from place in Places
                                select $"stream.{stream}.{place}.{round}"];
        Assert.Equal(expected, names.Where(name => name.StartsWith("stream.", StringComparison.Ordinal)));
        Assert.All(names, name => Assert.NotNull(Read(folder, $"{name}.json")));
        var facts = Read(folder, "facts.json");
        Assert.Equal("cuda:1", (string?)facts["device"]);
        Assert.Equal("a \"quoted\" version", (string?)facts["version"]);
        Assert.EndsWith("All steps are done.\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_step_that_fails_takes_nothing_from_the_others()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var folder = new TemporaryFolder();
        var (code, output) = await RunAsync(folder, Changed("bench)", "bench) exit 1 ;; never)"));
        Assert.Equal(1, code);
        var outcomes = Steps(folder).ToDictionary(step => (string)step!["name"]!, step => (string?)step!["outcome"]);
        Assert.Equal("failed", outcomes["bench"]);
        Assert.Equal("done", outcomes["stream.rbf-fast.auto.3"]);
        Assert.False(File.Exists(Path.Combine(folder.Path, "measured", "bench.json")));
        Assert.Contains("Not all steps are done;", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_self_test_that_does_not_hold_is_said_at_the_end()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var folder = new TemporaryFolder();
        var (code, output) = await RunAsync(folder, Changed("\"holds\":true", "\"holds\":false"));
        Assert.Equal(1, code);
        Assert.Contains("The self-test does not hold:", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_GPU_it_says_why_and_measures_nothing()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var folder = new TemporaryFolder();
        var (code, output) = await RunAsync(folder, Changed("\"isGpu\":true", "\"isGpu\":false"));
        Assert.Equal(2, code);
        Assert.Contains("moe finds no GPU here (\"missing\":[\"why\"]);", output, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder.Path, "measured", "steps.json")));
    }

    [Theory]
    [InlineData("--seconds is '481'; it must be a whole number from 60 to 480.", "--seconds", "481")]
    [InlineData("--rows needs a value.", "--rows")]
    [InlineData("--fast is not an option;", "--fast")]
    [InlineData("--data '/nowhere' is not a folder.", "--data", "/nowhere")]
    public async Task An_option_that_is_wrong_is_named(string message, params string[] options)
    {
        if (OperatingSystem.IsWindows())
            return;
        using var folder = new TemporaryFolder();
        var (code, output) = await RunAsync(folder, Answers, options);
        Assert.Equal(2, code);
        Assert.StartsWith(message, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Results_are_never_mixed_with_those_of_another_run()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "measured"));
        folder.Write("measured/steps.json", "{}");
        var (code, output) = await RunAsync(folder, Answers);
        Assert.Equal(2, code);
        Assert.EndsWith("holds results already; give another folder.\n", output, StringComparison.Ordinal);
    }

    private static string Changed(string from, string to) => Answers.Replace(from, to, StringComparison.Ordinal);

    private static JsonNode Read(TemporaryFolder folder, string name) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(folder.Path, "measured", name)))!;

    private static JsonArray Steps(TemporaryFolder folder) => Read(folder, "steps.json")["steps"]!.AsArray();

    private static async Task<(int Code, string Output)> RunAsync(
        TemporaryFolder folder, string moe, params string[] options)
    {
        string[] arguments = [Script(), "--moe", folder.Path, Path.Combine(folder.Path, "measured"), .. options];
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder.Write("moe", moe), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var start = new ProcessStartInfo("bash", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }

    private static string Script()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "MoE.Actors.sln")))
            folder = folder.Parent;
        return Path.Combine(folder.FullName, "scripts", "gpu-measure.sh");
    }
}
