using System.Runtime.InteropServices;

namespace MoE.Compute.Files;

/// <summary>
/// What nothing public in .NET tells of files, from .NET's own layer over the system calls, which is the same on every
/// system that is not Windows.
/// </summary>
internal static class SystemNative
{
    private const int StatusBytes = 512;
    private const int ModeOffset = sizeof(int);
    private const int CloseOnExec = 1;

    /// <summary>The mode of sys/stat.h of what a path leads to; null where nothing is there.</summary>
    public static int? Mode(string path)
    {
        var status = new byte[StatusBytes];
        return Stat(System.Text.Encoding.UTF8.GetBytes($"{path}\0"), status) == 0
            ? BitConverter.ToInt32(status, ModeOffset) : null;
    }

    /// <summary>
    /// Whether the process was started with a descriptor: it is open, and not of those that are closed by a start.
    /// </summary>
    public static bool IsInherited(int descriptor) => GetFlags(descriptor) is >= 0 and var flags
        && (flags & CloseOnExec) == 0;

    [DllImport("libSystem.Native", EntryPoint = "SystemNative_Stat")]
    private static extern int Stat(byte[] path, byte[] status);

    [DllImport("libSystem.Native", EntryPoint = "SystemNative_FcntlGetFD")]
    private static extern int GetFlags(nint descriptor);
}
