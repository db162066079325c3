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

/// <summary>Tells files from pipes and devices without opening them.</summary>
internal static class PathKinds
{
    // sys/stat.h
    private const int TypeMask = 0xF000;
    private const int Directory = 0x4000;
    private const int Regular = 0x8000;

    /// <summary>The kind of a path.</summary>
    public static PathKind Of(string path)
    {
        if (System.IO.Directory.Exists(path))
            return PathKind.Folder;
        if (OperatingSystem.IsWindows())
            return File.Exists(path) ? PathKind.Plain : PathKind.Nothing;
        return (SystemNative.Mode(path) & TypeMask) switch
        {
            null => PathKind.Nothing,
            Regular => PathKind.Plain,
            Directory => PathKind.Folder,
            _ => PathKind.Special,
        };
    }
}
