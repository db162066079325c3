using System.Diagnostics;
using MoE.Needs;
using Xunit;

namespace MoE.Host.Tests;

public sealed class EndingTests
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    [UnixFact]
    public async Task A_process_that_stands_still_is_given_up()
    {
        using var still = Process.Start("sleep", ["1000"]);
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => Ending.OfAsync(still, Period));
        Assert.StartsWith("sleep stood still: in 00:00:01 it used ", error.Message, StringComparison.Ordinal);
        Assert.True(still.HasExited);
    }

    [UnixFact]
    public async Task A_process_that_works_is_waited_for()
    {
        const string Loop = "i=0; while [ $i -lt 1000000 ]; do i=$((i+1)); done; exit 7";
        using var busy = Process.Start("sh", ["-c", Loop]);
        await Ending.OfAsync(busy, Period);
        Assert.Equal(7, busy.ExitCode);
    }
}
