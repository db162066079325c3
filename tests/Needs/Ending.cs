using System.Diagnostics;

namespace MoE.Needs;

/// <summary>
/// Waits for the end of a process without a limit of time: a busy machine may make it slow. Only a process that stands
/// still is given up.
/// </summary>
internal static class Ending
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(2);

    /// <summary>Less of a processor in a period is no work: a program that only waits looks around now and then.</summary>
    private static readonly TimeSpan Idle = Period / 20;

    /// <summary>Done when the process has ended.</summary>
    /// <exception cref="InvalidOperationException">It did nothing for a while; it was killed.</exception>
    public static async Task OfAsync(Process process)
    {
        var end = process.WaitForExitAsync();
        var spent = TimeSpan.Zero;
        while (await Task.WhenAny(end, Task.Delay(Period)) != end)
        {
            process.Refresh();
            if (process.HasExited)
                break;
            var now = process.TotalProcessorTime;
            if (now - spent < Idle)
            {
                process.Kill(entireProcessTree: true);
                throw new InvalidOperationException(
                    $"{process.StartInfo.FileName} stood still: in {Period} it used {now - spent} of a processor.");
            }
            spent = now;
        }
        await end;
    }
}
