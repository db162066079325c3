using MoE.Compute.Data.Csv;

namespace MoE.Compute.Data;

/// <summary>Opens what a user names on the command line.</summary>
public static class RowSources
{
    /// <summary>Stands for standard input where a path is expected.</summary>
    public const string StandardInput = "-";

    /// <summary>The rows of a CSV file, gzipped or not, or of standard input.</summary>
    /// <param name="path">A path, or <see cref="StandardInput"/>.</param>
    /// <param name="options">Which column is what.</param>
    /// <param name="notice">Told, in one line each, what is legal but worth knowing.</param>
    /// <exception cref="SourceException">There is no such file, or its beginning is not what it should be.</exception>
    public static CsvReader Open(string path, CsvOptions options, Action<string>? notice = null)
    {
        if (path == StandardInput)
            return new CsvReader(
                Console.OpenStandardInput(), SourceId.Stream("standard input"), options, notice);
        var file = OpenFile(path);
        return new CsvReader(file, Identify(path, file), options, notice);
    }

    private static SourceId Identify(string path, FileStream file)
    {
        try
        {
            return SourceId.OfFile(path, file);
        }
        catch (IOException e)
        {
            file.Dispose();
            throw new SourceException($"{path} cannot be read: {e.Message}", e);
        }
    }

    internal static FileStream OpenFile(string path)
    {
        if (Directory.Exists(path))
            throw new SourceException($"{path} is a directory; give one of its files.");
        try
        {
            return new FileStream(path, new FileStreamOptions { BufferSize = 0, Options = FileOptions.SequentialScan });
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SourceException($"There is no file {path}.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new SourceException($"{path} cannot be opened: {e.Message}", e);
        }
    }
}
