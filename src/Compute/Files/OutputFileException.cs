namespace MoE.Compute.Files;

/// <summary>A file that cannot be written: one line says which, why and what to do.</summary>
public sealed class OutputFileException : IOException
{
    /// <summary>A file that cannot be written because of <paramref name="message"/>.</summary>
    public OutputFileException(string message)
        : base(message)
    {
    }

    /// <summary>As above, after the error <paramref name="innerException"/> of the system.</summary>
    public OutputFileException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
