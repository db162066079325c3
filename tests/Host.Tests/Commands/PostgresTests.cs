using MoE.Servers;
using Xunit;

namespace MoE.Host.Tests.Commands;

public sealed class PostgresTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    private const string Variable = "MOE__POSTGRES__CONNECTION";

    [PostgresFact]
    public async Task A_run_in_two_parts_has_the_fingerprint_of_one_that_is_stored_nowhere()
    {
        var database = (Variable, await server.NewDatabaseAsync());
        await MoeProcess.RunAsync(null, ["evaluate", "rbf-fast", "--rows", $"{39 * 64}", "--json"], database);
        string[] run = ["evaluate", "rbf-fast", "--rows", "5000", "--json"];
        var resumed = await MoeProcess.RunAsync(null, run, database);
        Assert.Contains("continues after row 2,496", resumed.Error, StringComparison.Ordinal);
        Assert.Equal(EvaluateTests.Fingerprint(await MoeInProcess.RunAsync(run)), EvaluateTests.Fingerprint(resumed));
    }

    [PostgresFact]
    public async Task A_model_in_a_database_is_inspected_and_goes_on_under_another_name_from_its_file()
    {
        using var folder = new TemporaryFolder();
        var database = (Variable, await server.NewDatabaseAsync());
        string[] run = ["evaluate", "sea", "--rows", "500", "--json"];
        var fingerprint = EvaluateTests.Fingerprint(await MoeProcess.RunAsync(null, run, database));
        var verified = await MoeProcess.RunAsync(null, ["inspect", "--verify"], database);
        Assert.Equal((0, $"the log ends after batch 8: {fingerprint}"), (verified.ExitCode, verified.LastLine));
        var file = Path.Combine(folder.Path, "sea.moe");
        string[] other = ["--set", "moe.model=other"];
        Assert.Equal(0, (await MoeProcess.RunAsync(null, ["export", file], database)).ExitCode);
        Assert.Equal(0, (await MoeProcess.RunAsync(null, ["import", file, .. other], database)).ExitCode);
        var again = await MoeProcess.RunAsync(null, [.. run, .. other], database);
        Assert.Equal(fingerprint, EvaluateTests.Fingerprint(again));
    }

    [Theory]
    [InlineData("Host=127.0.0.1;Port=1;Password=se-cret-1", 1)]
    [InlineData("Host=127.0.0.1;Port=one;Password=se-cret-1", 2)]
    [InlineData("Host=127.0.0.1;Password=x;se-cret-1", 2)]
    [InlineData("[\"Host=127.0.0.1;Password=se-cret-1\"]", 2)]
    [InlineData("postgres://me:se-cret-1@127.0.0.1:1/db", 2)]
    public async Task A_useless_connection_is_told_in_one_line_without_its_password(string connection, int code)
    {
        var outcome = await MoeProcess.RunAsync(null, ["evaluate", "sea", "--rows", "10"], (Variable, connection));
        Assert.Equal((code, ""), (outcome.ExitCode, outcome.Output));
        Assert.Single(outcome.ErrorLines, line => line.StartsWith("moe: ", StringComparison.Ordinal));
        Assert.DoesNotContain("se-cret-1", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_stores_and_a_store_for_one_thread_are_refused()
    {
        (string, string)? database = (Variable, "Host=127.0.0.1");
        var two = await MoeProcess.RunAsync(null, ["evaluate", "sea", "--data-dir", "somewhere"], database);
        Assert.Equal("moe: moe.data-dir is 'somewhere', and moe.postgres.connection is given too; a model has one store: "
            + "leave out one of the two.", Assert.Single(two.ErrorLines));
        var single = await MoeProcess.RunAsync(null, ["evaluate", "sea", "--mode", "single"], database);
        Assert.Equal("moe: --mode single stores nothing, but moe.postgres.connection is given; leave out one of the two.",
            Assert.Single(single.ErrorLines));
    }
}
