namespace MoE.Compute.Files;

/// <summary>Where a model file lies: opened to be read, or replaced as a whole.</summary>
internal static class ModelFilePath
{
    /// <summary>Opens a file that can be read from any place.</summary>
    public static FileStream Open(string path)
    {
        if (Directory.Exists(path))
            throw new ModelFileException($"{path} is a directory; give a model file.");
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
            if (file.CanSeek)
                return file;
            file.Dispose();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ModelFileException($"There is no file {path}.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ModelFileException($"{path} cannot be opened: {e.Message}", e);
        }
        throw new ModelFileException($"{path} is a stream; give a model file on a disk.");
    }

    /// <summary>Writes beside the file, flushes to the disk and renames: there is the old file or the new.</summary>
    public static void Replace(string path, Action<Stream> write)
    {
        if (Directory.Exists(path))
            throw new ModelFileException($"{path} is a directory; give the path of a file.");
        var beside = $"{path}.part";
        try
        {
            WriteBeside(Create(beside), beside, write);
            File.Move(beside, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelFileException(
                $"{path} cannot be written: {e.Message.TrimEnd('.')}; give a path that can be, with room enough.", e);
        }
    }

    private static FileStream Create(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
        }
        catch (ArgumentException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    private static void WriteBeside(FileStream file, string path, Action<Stream> write)
    {
        var isWhole = false;
        try
        {
            using (file)
            {
                write(file);
                file.Flush(flushToDisk: true);
            }
            isWhole = true;
        }
        finally
        {
            if (!isWhole)
                File.Delete(path);                           // a full disk has better use for the room
        }
    }
}
