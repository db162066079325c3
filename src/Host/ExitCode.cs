namespace MoE.Host;

/// <summary>The exit codes of the process.</summary>
internal static class ExitCode
{
    /// <summary>Done, or cleanly stopped.</summary>
    public const int Done = 0;

    /// <summary>The data, the model or the device cannot be used.</summary>
    public const int BadData = 1;

    /// <summary>An option or a setting is wrong.</summary>
    public const int BadOptions = 2;
}
