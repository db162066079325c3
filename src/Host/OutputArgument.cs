using MoE.Actors.Storage;
using MoE.Compute.Files;

namespace MoE.Host;

/// <summary>A file that the command line names to be written.</summary>
internal static class OutputArgument
{
    /// <summary>The file, unless it belongs to a stored model or is one of those that are read.</summary>
    /// <param name="path">What the user named.</param>
    /// <param name="inputs">Files that are read by the same command; null for none.</param>
    /// <exception cref="OutputFileException">It must not be written.</exception>
    public static OutputFile At(string path, params IReadOnlyList<string?> inputs)
    {
        var file = OutputFile.At(path);
        if (StoredFiles.FolderOf(file.Target) is { } folder)
            throw new OutputFileException(
                $"{path} belongs to the model stored in {folder}; give another file.");
        if (inputs.FirstOrDefault(input => input is not null && file.IsSameAs(input)) is { } read)
            throw new OutputFileException($"{path} is also the input {read}; give another file.");
        return file;
    }
}
