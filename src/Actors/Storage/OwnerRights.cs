namespace MoE.Actors.Storage;

/// <summary>
/// Who may use a data directory: its owner alone, unless somebody shares it on purpose. A folder is made so (0700), and
/// so are the files (0600). A folder that is there keeps its rights. Where they say that it is shared with its group,
/// for it has the set-group-id bit or is open to the group and to nobody else, the files are the group's as well. A
/// folder open to everybody, as mkdir makes it, says nothing.
/// </summary>
/// <param name="Folder">The folder's rights; none on Windows, which has others.</param>
internal sealed record OwnerRights(UnixFileMode Folder)
{
    private const UnixFileMode Group = UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
    private const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
    private const UnixFileMode OwnFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The rights that files of the folder are to have.</summary>
    public UnixFileMode Files => IsShared ? OwnFile | (Folder & Group) : OwnFile;

    private bool IsShared => Folder.HasFlag(UnixFileMode.GroupExecute)
        && (Folder.HasFlag(UnixFileMode.SetGroup) || (Folder & Others) == 0);

    /// <summary>Makes a folder that is not there, for its owner alone.</summary>
    public static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, OwnFile | UnixFileMode.UserExecute);
    }

    /// <summary>The rights in a folder that is there.</summary>
    public static OwnerRights OfFilesIn(string folder) =>
        new(OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(folder));

    /// <summary>Opens a file for this process alone, and makes it with the rights it is to have.</summary>
    public FileStream Open(string file, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = Files;
        return new FileStream(file, options);
    }

    /// <summary>The files that others can read though the folder does not say so, in a sentence each.</summary>
    public IReadOnlyList<string> Warnings(IEnumerable<string> files) => [.. files.Where(IsExposed)
        .Select(file => $"{file} can be read by other users of this machine; "
            + $"'chmod -R go= {Path.GetDirectoryName(file)}' restricts the model to its owner")];

    private bool IsExposed(string file)
    {
        if (OperatingSystem.IsWindows() || !File.Exists(file))
            return false;
        var rights = File.GetUnixFileMode(file);
        return (Folder.HasFlag(UnixFileMode.OtherExecute) && rights.HasFlag(UnixFileMode.OtherRead))
            || (!IsShared && Folder.HasFlag(UnixFileMode.GroupExecute) && rights.HasFlag(UnixFileMode.GroupRead));
    }
}
