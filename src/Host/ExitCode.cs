namespace MoE.Host;

/// <summary>What the process says to the shell.</summary>
internal static class ExitCode
{
    /// <summary>All done, or cleanly stopped.</summary>
    public const int Done = 0;

    /// <summary>The source, or the data directory, cannot be used (further).</summary>
    public const int BadData = 1;

    /// <summary>The command line or a setting is wrong.</summary>
    public const int BadOptions = 2;
}
