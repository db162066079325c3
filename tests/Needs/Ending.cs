using System.Diagnostics;

namespace MoE.Needs;

/// <summary>
/// Waits for the end of a process without a limit of time: a busy machine may make it slow. Only a process that stands
/// still is given up.
/// </summary>
internal static class Ending
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Less of a processor than that is no work. Emulated kernels, whose threads wait for each other at every barrier,
    /// were seen to get 0.03 of one beside four busy loops.
    /// </summary>
    private const double IdleShare = 0.01;

    /// <summary>Done when the process has ended.</summary>
    public static Task OfAsync(Process process) => OfAsync(process, Period);

    /// <summary>As the other, with another time in which a process that works has done something.</summary>
    /// <exception cref="InvalidOperationException">It did nothing for a while; it was killed.</exception>
    public static async Task OfAsync(Process process, TimeSpan period)
    {
        var end = process.WaitForExitAsync();
        var spent = TimeSpan.Zero;
        while (await Task.WhenAny(end, Task.Delay(period)) != end)
        {
            process.Refresh();
            if (process.HasExited)
                break;
            var now = process.TotalProcessorTime;
            if (now - spent < period * IdleShare)
            {
                process.Kill(entireProcessTree: true);
                await end;
                throw new InvalidOperationException(
                    $"{process.StartInfo.FileName} stood still: in {period} it used {now - spent} of a processor.");
            }
            spent = now;
        }
        await end;
    }
}
