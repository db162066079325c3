using MoE.Compute.Files;
using MoE.Host.Commands;

namespace MoE.Host.Terminal;

/// <summary>What this process writes to: results to standard output, all else to standard error.</summary>
internal static class Screen
{
    private static PlainWriter? _output;

    /// <summary>
    /// Whether standard error, where progress goes, is a terminal that is allowed to show bold letters
    /// (https://no-color.org).
    /// </summary>
    public static bool ShowsBold { get; } = !Console.IsErrorRedirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") is not (null or "dumb");

    /// <summary>Takes both streams over, before anything is written.</summary>
    public static void Open()
    {
        Console.SetError(new PlainWriter(StandardStreams.HasError ? Console.Error : null, ProgressTable.BoldHeadings));
        _output = new PlainWriter(StandardStreams.HasOutput ? Console.Out : null);
        Console.SetOut(_output);
    }

    /// <summary>The exit code of the process: that of its command, unless its result could not be written.</summary>
    public static int Close(int code)
    {
        if (_output?.Failure is not { } failure || code != ExitCode.Done)
            return code;
        Console.Error.WriteLine(
            $"moe: standard output cannot be written: {failure}; redirect it to a place that can be.");
        return ExitCode.BadData;
    }
}
