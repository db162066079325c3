namespace MoE.Actors.Storage.Reading;

/// <summary>A data directory that is being read, and that nobody can begin to write to meanwhile.</summary>
/// <param name="files">Its databases: the log, then the images.</param>
/// <param name="held">The lock that keeps writers out; null where the directory has none.</param>
/// <param name="isWritten">Why what was read is not to be trusted: somebody writes; null where nobody does.</param>
internal sealed class DirectoryReading(
    IReadOnlyList<string> files, FileStream? held, Func<ModelException?> isWritten) : IDisposable
{
    /// <summary>Its databases: the log, then the images.</summary>
    public IReadOnlyList<string> Files => files;

    /// <summary>Sees, once all is read, that nobody wrote meanwhile.</summary>
    /// <exception cref="ModelException">Somebody did.</exception>
    public void Check()
    {
        if (isWritten() is { } problem)
            throw problem;
    }

    /// <inheritdoc/>
    public void Dispose() => held?.Dispose();
}
