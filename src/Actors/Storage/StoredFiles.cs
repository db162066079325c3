namespace MoE.Actors.Storage;

/// <summary>The files of a stored model, which nothing else may write.</summary>
public static class StoredFiles
{
    /// <summary>The data directory of which a path is a file of the model's; null where it is none.</summary>
    public static string? FolderOf(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        return folder is not null && DataDirectory.IsReserved(Path.GetFileName(path)) && DataDirectory.IsAt(folder)
            ? folder : null;
    }
}
