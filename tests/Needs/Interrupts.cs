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
    private const int Interrupt = 2;
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
                SetHandler(Interrupt, Default);
            try
            {
                return Process.Start(start)!;
            }
            finally
            {
                if (isIgnored)
                    SetHandler(Interrupt, Ignored);
            }
        }
    }

    /// <summary>Sends a signal, such as INT; whether the process was there.</summary>
    public static bool Send(string signal, int process) => Kill(process, Number(signal)) == 0;

    private static int Number(string signal) => signal switch
    {
        "INT" => Interrupt,
        "KILL" => 9,
        "TERM" => 15,
        "CONT" => OperatingSystem.IsMacOS() ? 19 : 18,
        "STOP" => OperatingSystem.IsMacOS() ? 17 : 19,
        _ => throw new ArgumentOutOfRangeException(nameof(signal), signal, "It must be INT, KILL, TERM, CONT or STOP."),
    };

    // A bit for each signal, the first one for signal 1.
    private static bool IsIgnoredHere()
    {
        const string Name = "SigIgn:";
        var line = File.ReadLines("/proc/self/status").Single(l => l.StartsWith(Name, StringComparison.Ordinal));
        var mask = ulong.Parse(line.AsSpan(Name.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return (mask & (1UL << (Interrupt - 1))) != 0;
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);

    [DllImport("libc", EntryPoint = "signal")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint SetHandler(int signal, nint handler);
}
