using System.Runtime.InteropServices;

namespace MoE.Compute.Files;

/// <summary>
/// Which of the standard streams the process was started with. Where one was closed, the runtime has long given its
/// number to a file or a pipe of its own: what is read there never ends, and what is written there destroys.
/// </summary>
public static class StandardStreams
{
    private const int Input = 0;
    private const int Output = 1;
    private const int Error = 2;

    /// <summary>Whether there is a standard input.</summary>
    public static bool HasInput => Has(Input);

    /// <summary>Whether there is a standard output.</summary>
    public static bool HasOutput => Has(Output);

    /// <summary>Whether there is a standard error.</summary>
    public static bool HasError => Has(Error);

    /// <summary>Standard input; an empty stream where it is closed.</summary>
    public static Stream OpenInput() => HasInput ? Console.OpenStandardInput() : Stream.Null;

    /// <summary>Standard output, for bytes.</summary>
    /// <exception cref="OutputFileException">It is closed; or, thrown by a write, it takes no more.</exception>
    public static Stream OpenOutput() => HasOutput
        ? OutputFile.StandardOutputStream()
        : throw new OutputFileException("Standard output is closed; name a file.");

    /// <summary>Whether a descriptor came with the process.</summary>
    internal static bool Has(int descriptor) => OperatingSystem.IsWindows() || SystemNative.IsInherited(descriptor);
}

/// <summary>
/// What nothing public in .NET tells of files, from .NET's own layer over the system calls, which is the same on every
/// system that is not Windows.
/// </summary>
internal static class SystemNative
{
    private const int StatusBytes = 512;
    private const int ModeOffset = sizeof(int);
    private const int CloseOnExec = 1;

    /// <summary>The mode of sys/stat.h of what a path leads to; null if nothing is there.</summary>
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
