using System.Runtime.CompilerServices;
using MoE.Needs;
using Xunit;

namespace MoE.Servers;

/// <summary>A test that starts a PostgreSQL server. Where there is none it is skipped, and counted.</summary>
internal sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute([CallerMemberName] string test = "") =>
        (Skip, DisplayName) = Skipping.Of(test, PostgresPrograms.Missing);
}

/// <summary><see cref="PostgresFactAttribute"/> with data.</summary>
internal sealed class PostgresTheoryAttribute : TheoryAttribute
{
    public PostgresTheoryAttribute([CallerMemberName] string test = "") =>
        (Skip, DisplayName) = Skipping.Of(test, PostgresPrograms.Missing);
}
