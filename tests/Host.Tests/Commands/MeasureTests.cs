using System.CommandLine;
using System.Text.Json;
using MoE.Compute.Checks;
using MoE.Compute.Experts;
using MoE.Host.Commands;
using MoE.Host.Commands.Measures;
using Xunit;

namespace MoE.Host.Tests.Commands;

/// <summary>The verbs that say what this machine computes, and how fast.</summary>
public sealed class MeasureTests
{
    [Fact]
    public async Task A_selftest_on_the_emulation_finds_every_kernel_as_its_definition()
    {
        var run = await MoeInProcess.RunAsync("selftest", "--device", "ilgpu-cpu", "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        using var result = JsonDocument.Parse(run.LastLine);
        Assert.True(result.RootElement.GetProperty("holds").GetBoolean());
        Assert.Equal(SelfTest.Subjects, result.RootElement.GetProperty("kernels").EnumerateArray()
            .Select(kernel => kernel.GetProperty("specification").GetString()));
        Assert.Equal(SelfTest.Subjects.Count, run.ErrorLines.Length);
    }

    [Fact]
    public async Task A_bench_measures_every_kind_and_every_pool_against_what_binds_it()
    {
        var run = await MoeInProcess.RunAsync("bench", "compute", "--experts", "4,8", "--rows", "64", "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        using var result = JsonDocument.Parse(run.LastLine);
        var kinds = result.RootElement.GetProperty("kinds").EnumerateArray().ToList();
        var told = kinds.Select(kind => kind.GetProperty("specification").GetString()!.Split(' ')[0]);
        Assert.Equal(ExpertKinds.Names.Order(), told.Distinct().Order());
        var pools = result.RootElement.GetProperty("pools").EnumerateArray().ToList();
        Assert.Equal([4, 8], pools.Select(pool => pool.GetProperty("experts").GetInt32()).Distinct());
        Assert.All(result.RootElement.GetProperty("ceilings").EnumerateArray(), most => Assert.All(
            most.GetProperty("lines").EnumerateArray().ToList(),
            lines => Assert.InRange(lines.GetProperty("linesPerNanosecond").GetDouble(), 1e-4, 1e3)));
        foreach (var walk in kinds.Concat(pools))
        {
            Assert.InRange(walk.GetProperty("rowsPerSecond").GetDouble(), 1, 1e9);
            Assert.NotEqual("", walk.GetProperty("boundBy").GetString());
        }
    }

    [Fact]
    public async Task A_bench_is_a_table_for_people()
    {
        RootCommand root = new() { ComputeBenchCommand.Create(new SecondAfterSecond()) };
        var run = await MoeInProcess.RunAsync(
            () => MoeCommandLine.RunAsync(root, ["compute", "--experts", "4", "--rows", "16"]));
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.All((string[])["cpu x1", "GFLOP/s", "expert-rows/s", "bound by"],
            word => Assert.Contains(word, run.Output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("selftest --device cuda:9", "moe: --device is 'cuda:9'; devices found: ")]
    [InlineData("selftest --kind fen", "moe: --kind is 'fen', which has no kernel. Did you mean 'fern'?")]
    [InlineData("bench compute --rows none", "moe: --rows is 'none'; it must be a whole number from 1 to 65536.")]
    [InlineData("bench compute --experts 8,0", "moe: --experts is '0'; it must be a whole number from 1 to 65536.")]
    public async Task A_wrong_option_is_named(string line, string problem)
    {
        var run = await MoeInProcess.RunAsync(line.Split(' '));
        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith(problem, run.Error, StringComparison.Ordinal);
    }

    /// <summary>A clock by which all takes a second, so that nothing need be done twice.</summary>
    private sealed class SecondAfterSecond : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _now++;
    }
}
