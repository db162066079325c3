using System.Diagnostics;

namespace MoE.Needs;

/// <summary>The built moe that tests start as a user does.</summary>
internal static class Moe
{
    private const string Program = "moe.dll";

    /// <summary>
    /// The program in its own folder, where it starts quickly (src/Host/CompileAhead.targets); else the copy beside the
    /// tests.
    /// </summary>
    public static string Path { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    /// <summary>
    /// Has a program put off for a second what it compiles anew because it runs often: what tests start has mostly ended
    /// by then. The arithmetic has the same bits.
    /// </summary>
    public static void StartSoon(ProcessStartInfo start) =>
        start.Environment.TryAdd("DOTNET_TC_CallCountingDelayMs", "3E8");

    // artifacts/bin/MoE.Host/release beside artifacts/bin/MoE.Host.Tests/release
    private static string Find(DirectoryInfo tests)
    {
        var own = System.IO.Path.Combine(tests.Parent!.Parent!.FullName, "MoE.Host", tests.Name, Program);
        return File.Exists(own) ? own : System.IO.Path.Combine(tests.FullName, Program);
    }
}
