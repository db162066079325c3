using MoE.Actors.Storage;
using MoE.Compute.Files;

namespace MoE.Host;

/// <summary>An output file that the command line names.</summary>
internal static class OutputArgument
{
    /// <summary>The file; refused if it belongs to a stored model or is also an input.</summary>
    /// <param name="path">The path as given by the user.</param>
    /// <param name="inputs">Files that the same command reads; null for none.</param>
    /// <exception cref="OutputFileException">The file is refused.</exception>
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
