using MoE.Compute.Files;

namespace MoE.Compute.ModelFiles;

/// <summary>Where a model file lies: opened to be read, or written as a whole.</summary>
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

    /// <summary>Writes a whole file as <see cref="OutputFile.Replace"/> does.</summary>
    public static void Replace(string path, Action<Stream> write)
    {
        try
        {
            OutputFile.At(path).Replace(write);
        }
        catch (OutputFileException e)
        {
            throw new ModelFileException(e.Message, e);
        }
    }
}
