using System.CommandLine;

namespace MoE.Host.Commands.Measures;

/// <summary>The verbs of <c>moe bench</c>.</summary>
internal static class BenchCommand
{
    /// <summary>The verbs that measure this machine.</summary>
    public static Command Create() =>
        new("bench", "Measures this machine.") { ComputeBenchCommand.Create(TimeProvider.System) };
}
