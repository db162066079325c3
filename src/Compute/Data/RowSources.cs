using MoE.Compute.Data.Csv;
using MoE.Compute.Files;

namespace MoE.Compute.Data;

/// <summary>Opens what a user names on the command line.</summary>
public static class RowSources
{
    /// <summary>Stands for standard input where a path is expected.</summary>
    public const string StandardInput = "-";

    /// <summary>The rows of a CSV file, gzipped or not, of a pipe, or of standard input.</summary>
    /// <param name="path">A path, or <see cref="StandardInput"/>.</param>
    /// <param name="options">Which column is what.</param>
    /// <param name="notice">Told, in one line each, what is legal but worth knowing.</param>
    /// <param name="wait">How long silence is borne; null for ever.</param>
    /// <exception cref="SourceException">The file does not exist, or its beginning is not as expected.</exception>
    /// <exception cref="OperationCanceledException">It was to stop before the first row.</exception>
    public static CsvReader Open(
        string path, CsvOptions options, Action<string>? notice = null, SourceWait? wait = null)
    {
        if (path == StandardInput)
            return Wait(StandardStreams.OpenInput, "standard input");
        if (PathKinds.Of(path) == PathKind.Special)
            return Wait(() => OpenFile(path), path);
        var file = OpenFile(path);
        return new CsvReader(file, Identify(path, file), options, notice);

        CsvReader Wait(Func<Stream> open, string name) => new(
            new WaitingStream(open, wait ?? SourceWait.ForEver), SourceId.Stream(name), options, notice);
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
