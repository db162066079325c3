using Xunit;

namespace MoE.Servers;

/// <summary>A test that starts a PostgreSQL server. Where there is none it is skipped, and counted.</summary>
internal sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = PostgresPrograms.Missing;
}

/// <summary><see cref="PostgresFactAttribute"/> with data.</summary>
internal sealed class PostgresTheoryAttribute : TheoryAttribute
{
    public PostgresTheoryAttribute() => Skip = PostgresPrograms.Missing;
}
