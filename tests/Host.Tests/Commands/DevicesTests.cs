using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace MoE.Host.Tests.Commands;

/// <summary>Experts on ILGPU's emulation of a device, which every machine has.</summary>
public sealed class DevicesTests : IDisposable
{
    private const string Emulation = "ilgpu-cpu";

    private static readonly string[] Small =
    [
        "--set", "moe.pool.shared=[\"fern: fern count=8 depth=3\", \"net: mlp input=hat hidden=8\"]",
        "--set", "moe.pool.routed=[\"bank-* x3: mlp input=z hidden=4\"]", "--set", "moe.growth.mode=off",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_evaluation_on_a_device_is_as_good_as_on_the_cpu_and_says_where_each_expert_was()
    {
        string[] args = ["evaluate", "rbf-fast", "--rows", "500", "--json", .. Small];
        var (cpu, device) = (await RunOnAsync("auto", args), await RunOnAsync(Emulation, args));
        Assert.Equal(Number(cpu, "accuracy"), Number(device, "accuracy"), 1.0);
        Assert.Equal(["cpu", "cpu", "cpu", "cpu", "cpu"], Devices(cpu));
        Assert.Contains("ilgpu-cpu", Devices(device));
        Assert.Contains(device.ErrorLines, line => line.StartsWith(
            "ilgpu-cpu: ILGPU's emulation on the CPU, for tests, ", StringComparison.Ordinal)
            && line.Contains("kernels compiled in ", StringComparison.Ordinal));
        Assert.DoesNotContain(cpu.ErrorLines, line => line.StartsWith(Emulation, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_stored_model_that_is_killed_goes_on_on_its_device_with_the_same_bits()
    {
        // how long it goes on before the kill comes is the machine's affair, but no checkpoint may come before it
        string[] args = [
            "evaluate", "rbf-fast", "--json", "--every", "64", "--window", "1", "--set", "moe.journal.ahead-rows=1",
            "--set", "moe.checkpoint.interval=1h", .. Small];
        string[] stored = [.. args, "--data-dir", Path.Combine(_folder.Path, "model")];
        await MoeProcess.StopAsync(
            "KILL", "   128 ", null, [.. stored, "--rows", "50000", "--set", $"moe.compute.device={Emulation}"]);
        var inspected = await MoeInProcess.RunAsync("inspect", stored[^1], "--verify");
        Assert.Equal(0, inspected.ExitCode);
        Assert.Contains($"\ncomputed on   {Emulation} (ILGPU's emulation on the CPU, for tests) from batch 1 on: ",
            inspected.Output, StringComparison.Ordinal);
        Assert.Contains("\nnothing to compare: there is no intact checkpoint after the beginning\nthe log ends after batch ",
            inspected.Output, StringComparison.Ordinal);
        var learned = Learned(inspected.Output);
        Assert.InRange(learned, 128, 49_999);
        var rows = learned + 320;
        var unbroken = await RunOnAsync(Emulation, [.. args, "--rows", $"{rows}"]);
        var again = await RunOnAsync("auto", [.. stored, "--rows", $"{rows}"]);
        Assert.Equal(EvaluateTests.Fingerprint(unbroken), EvaluateTests.Fingerprint(again));
        var verified = await MoeInProcess.RunAsync("inspect", stored[^1], "--verify", "--device", Emulation);
        Assert.Contains($"\nverified on {Emulation} (ILGPU's emulation on the CPU, for tests): replaying the log from "
            + "the beginning reproduces checkpoint ", verified.Output, StringComparison.Ordinal);
        Assert.Contains($": {EvaluateTests.Fingerprint(unbroken)}\n", verified.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Devices_are_shown_with_what_they_are_to_the_pool()
    {
        var text = await RunOnAsync(Emulation, ["devices", .. Small]);
        Assert.Matches(@"\nilgpu-cpu +ILGPU's emulation on the CPU, for tests +\d+\.\d GiB  ILGPU\n", text.Output);
        Assert.Matches(@"\nkernels for .*mlp", text.Output);
        Assert.Matches(@"\n      3  mlp input=z hidden=4 +\d+ ms +\d+ µs +[\d,]+ µs  (cpu|ilgpu-cpu)\n", text.Output);
        Assert.StartsWith("moe.compute.device=ilgpu-cpu: ilgpu-cpu (ILGPU's emulation on the CPU, for tests) computes ",
            text.LastLine, StringComparison.Ordinal);
        using var json = JsonDocument.Parse((await RunOnAsync("cpu", ["devices", "--json"])).Output);
        Assert.Equal(["devices", "missing", "kernels", "setting", "chosen", "computes", "trial"],
            json.RootElement.EnumerateObject().Select(p => p.Name));
        Assert.Equal("cpu", json.RootElement.GetProperty("chosen").GetString());
    }

    [Theory]
    [InlineData("evaluate sea --rows 10", "cuda:999", "moe: moe.compute.device is 'cuda:999', which was not found; found: ")]
    [InlineData("devices", "opencl:999", "moe: moe.compute.device is 'opencl:999', which was not found; found: ")]
    [InlineData("devices", "gpu", "moe: moe.compute.device is 'gpu'; it must be auto, cpu, or a device such as cuda:0,")]
    [InlineData("evaluate sea --rows 10 --mode single", Emulation,
        "moe: --mode single computes on the CPU, but moe.compute.device is 'ilgpu-cpu'; leave out one of the two.")]
    public async Task A_device_that_cannot_be_had_is_refused_by_name(string line, string device, string error)
    {
        var outcome = await MoeProcess.RunAsync(null, line.Split(' '), ("MOE__COMPUTE__DEVICE", device));
        Assert.Equal(2, outcome.ExitCode);
        Assert.StartsWith(error, outcome.ErrorLines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_thread_takes_auto_and_cpu_for_what_it_has()
    {
        foreach (var device in (string[])["auto", "cpu"])
            await RunOnAsync(device, ["evaluate", "sea", "--rows", "10", "--mode", "single"]);
    }

    private static async Task<Outcome> RunOnAsync(string device, string[] args)
    {
        var outcome = await MoeProcess.RunAsync(null, args, ("MOE__COMPUTE__DEVICE", device));
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        return outcome;
    }

    /// <summary>The rows that the text about a stored model begins with.</summary>
    private static int Learned(string picture)
    {
        var rows = Regex.Match(picture, "^default: ([0-9,]+) rows learned").Groups[1].Value;
        return int.Parse(rows, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
    }

    private static double Number(Outcome outcome, string field)
    {
        using var json = JsonDocument.Parse(outcome.LastLine);
        return json.RootElement.GetProperty(field).GetDouble();
    }

    private static IEnumerable<string?> Devices(Outcome outcome)
    {
        using var json = JsonDocument.Parse(outcome.LastLine);
        return [.. json.RootElement.GetProperty("experts").EnumerateArray()
            .Select(expert => expert.GetProperty("device").GetString())];
    }
}
