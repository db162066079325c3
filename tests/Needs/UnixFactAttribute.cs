using System.Runtime.CompilerServices;
using Xunit;

namespace MoE.Needs;

/// <summary>A test of what only Unix has: signals, links, shells. Elsewhere it is skipped, and counted.</summary>
internal sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute([CallerMemberName] string test = "") =>
        (Skip, DisplayName) = Skipping.Of(test, Missing);

    /// <summary>Why such a test cannot be run here; null where it can.</summary>
    public static string? Missing { get; } = OperatingSystem.IsWindows() ? "This test needs Unix; run it on Linux." : null;
}

/// <summary><see cref="UnixFactAttribute"/> with data.</summary>
internal sealed class UnixTheoryAttribute : TheoryAttribute
{
    public UnixTheoryAttribute([CallerMemberName] string test = "") =>
        (Skip, DisplayName) = Skipping.Of(test, UnixFactAttribute.Missing);
}
