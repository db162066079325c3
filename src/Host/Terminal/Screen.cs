namespace MoE.Host.Terminal;

/// <summary>What standard error, where progress goes, can show.</summary>
internal static class Screen
{
    /// <summary>Whether it is a terminal that is allowed to show bold letters (https://no-color.org).</summary>
    public static bool ShowsBold { get; } = !Console.IsErrorRedirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") is not (null or "dumb");
}
