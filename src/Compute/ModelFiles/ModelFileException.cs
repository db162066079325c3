
namespace MoE.Compute.ModelFiles;

/// <summary>A model file that cannot be read or written: one line says which, what is wrong and what to do.</summary>
public sealed class ModelFileException : Exception
{
    /// <summary>A model file that cannot be used because of <paramref name="message"/>.</summary>
    public ModelFileException(string message)
        : base(message)
    {
    }

    /// <summary>As above, after the error <paramref name="innerException"/>.</summary>
    public ModelFileException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>A part of a model that is not as it was written.</summary>
    internal static ModelFileException Damaged(string file, string part, string finding, Exception? cause = null) =>
        new($"{file}: {part} is damaged: {finding.TrimEnd('.')}; use a copy of the file, or export the model again.",
            cause);
}
