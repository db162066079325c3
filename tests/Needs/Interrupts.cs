using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace MoE.Needs;

/// <summary>
/// Programs that heed an interrupt. A shell that has it ignored (nohup, or a script's &amp;) hands that down to all
/// that it starts, and moe respects it; a test that interrupts a program starts it as from a terminal.
/// </summary>
internal static class Interrupts
{
    private const int Signal = 2;                            // SIGINT, in POSIX itself
    private const nint Default = 0;
    private const nint Ignored = 1;

    private static readonly Lock Starting = new();

    /// <summary>Starts a program that an interrupt reaches, whatever this process does about one.</summary>
    public static Process Start(ProcessStartInfo start)
    {
        lock (Starting)
        {
            var isIgnored = OperatingSystem.IsLinux() && IsIgnoredHere();
            if (isIgnored)
                SetHandler(Signal, Default);
            try
            {
                return Process.Start(start)!;
            }
            finally
            {
                if (isIgnored)
                    SetHandler(Signal, Ignored);
            }
        }
    }

    /// <summary>Sends a signal, such as INT, by the shell, which every Unix has; whether the process was there.</summary>
    public static async Task<bool> SendAsync(string signal, int process)
    {
        using var kill = Process.Start("sh", ["-c", $"kill -{signal} {process}"]);
        await kill.WaitForExitAsync();
        return kill.ExitCode == 0;
    }

    // A bit for each signal, the first one for signal 1.
    private static bool IsIgnoredHere()
    {
        const string Name = "SigIgn:";
        var line = File.ReadLines("/proc/self/status").Single(l => l.StartsWith(Name, StringComparison.Ordinal));
        var mask = ulong.Parse(line.AsSpan(Name.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return (mask & (1UL << (Signal - 1))) != 0;
    }

    [DllImport("libc", EntryPoint = "signal")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint SetHandler(int signal, nint handler);
}
