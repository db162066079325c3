namespace MoE.Actors;

/// <summary>A model that cannot be opened or cannot go on; the message is one line for the user.</summary>
public sealed class ModelException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>What went wrong first, under all that libraries wrap around it.</summary>
internal static class RootCause
{
    /// <summary>
    /// The cause that has no other; of several at once the first, as a broken connection breaks the rolling back, too.
    /// So nobody reads that one or more errors occurred.
    /// </summary>
    public static Exception Of(Exception failure) => failure.InnerException is { } cause ? Of(cause) : failure;
}
