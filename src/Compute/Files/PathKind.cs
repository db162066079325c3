using System.Runtime.InteropServices;

namespace MoE.Compute.Files;

/// <summary>What a path leads to, links followed.</summary>
internal enum PathKind
{
    /// <summary>Nothing is there.</summary>
    Nothing,

    /// <summary>A file on a disk.</summary>
    Plain,

    /// <summary>A directory.</summary>
    Folder,

    /// <summary>A pipe, a device or a socket.</summary>
    Special,
}

/// <summary>Tells files from pipes and devices, which nothing public in .NET does without opening them.</summary>
internal static class PathKinds
{
    // sys/stat.h; .NET's own layer over the system calls gives the same on every system that is not Windows.
    private const int TypeMask = 0xF000;
    private const int Directory = 0x4000;
    private const int Regular = 0x8000;
    private const int ModeOffset = sizeof(int);
    private const int StatusBytes = 512;

    /// <summary>The kind of a path.</summary>
    public static PathKind Of(string path)
    {
        if (System.IO.Directory.Exists(path))
            return PathKind.Folder;
        if (OperatingSystem.IsWindows())
            return File.Exists(path) ? PathKind.Plain : PathKind.Nothing;
        var status = new byte[StatusBytes];
        if (Stat(System.Text.Encoding.UTF8.GetBytes($"{path}\0"), status) != 0)
            return PathKind.Nothing;
        return (BitConverter.ToInt32(status, ModeOffset) & TypeMask) switch
        {
            Regular => PathKind.Plain,
            Directory => PathKind.Folder,
            _ => PathKind.Special,
        };
    }

    [DllImport("libSystem.Native", EntryPoint = "SystemNative_Stat")]
    private static extern int Stat(byte[] path, byte[] status);
}
