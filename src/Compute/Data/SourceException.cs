namespace MoE.Compute.Data;

/// <summary>A source that cannot be read, or not further: one line says which, where, why and what to do.</summary>
public sealed class SourceException : Exception
{
    /// <summary>A source that cannot be read because of <paramref name="message"/>.</summary>
    public SourceException(string message)
        : base(message)
    {
    }

    /// <summary>As above, after the error <paramref name="innerException"/> of the system.</summary>
    public SourceException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
