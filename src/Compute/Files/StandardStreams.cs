namespace MoE.Compute.Files;

/// <summary>
/// Which of the standard streams the process was started with. Where one was closed, the runtime has long given its
/// number to a file or a pipe of its own: what is read there never ends, and what is written there destroys.
/// </summary>
public static class StandardStreams
{
    private const int Input = 0;
    private const int Output = 1;
    private const int Error = 2;

    /// <summary>Whether there is a standard input.</summary>
    public static bool HasInput => Has(Input);

    /// <summary>Whether there is a standard output.</summary>
    public static bool HasOutput => Has(Output);

    /// <summary>Whether there is a standard error.</summary>
    public static bool HasError => Has(Error);

    /// <summary>Standard input; an empty stream where it is closed.</summary>
    public static Stream OpenInput() => HasInput ? Console.OpenStandardInput() : Stream.Null;

    /// <summary>Standard output, for bytes.</summary>
    /// <exception cref="OutputFileException">It is closed; or, thrown by a write, it takes no more.</exception>
    public static Stream OpenOutput() => HasOutput
        ? OutputFile.StandardOutputStream()
        : throw new OutputFileException("Standard output is closed; name a file.");

    /// <summary>Whether a descriptor came with the process.</summary>
    internal static bool Has(int descriptor) => OperatingSystem.IsWindows() || SystemNative.IsInherited(descriptor);
}
