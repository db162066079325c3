using MoE.Servers;
using MoE.Torture.Tests.Storage;
using Xunit;
using Xunit.Abstractions;

namespace MoE.Torture.Tests;

/// <summary>The same promise over a network: process, connections and server break at random moments.</summary>
public sealed class PostgresKillTests(PostgresServer server, ITestOutputHelper output)
    : IClassFixture<PostgresServer>
{
    private const int Rows = 300_000;
    private const int Kills = 15;
    private const int KillsForADisconnection = 4;
    private const int KillsForARestart = 15;
    private const int CheckpointMilliseconds = 100;

    private static readonly TimeSpan Prompt = TimeSpan.FromSeconds(15);

    // A busy machine is slow at everything; so many starts of moe take what Prompt is on an idle one.
    private const int PromptStarts = 8;

    private readonly Promise _promise = new();
    private readonly SortedDictionary<string, int> _last = [];
    private TimeSpan _slowest;
    private TimeSpan _start;
    private string _database = "";
    private int _ended;

    [PostgresFact]
    public async Task Whatever_breaks_between_model_and_server_it_ends_with_the_bits_of_an_unbroken_run()
    {
        using var unbroken = Life.Start(SmallModel.Evaluate(Rows));
        var expected = (await unbroken.EndAsync()).Result();
        var seed = Environment.TickCount;
        _start = unbroken.LearnedAt!.Value;
        var moments = new KillMoments(seed, 1.5 * _start);
        var faults = Faults(KillMoments.Wanted(Kills));
        new Random(seed).Shuffle(faults);
        _database = await server.NewDatabaseAsync();
        var struck = 0;
        try
        {
            for (; struck < faults.Length; struck++)
                await LiveAsync(faults[struck], moments, expected);
            using var last = Start();
            await CheckDoneAsync(last, expected, wasStruck: false);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"With seed {seed}, after {struck} of {faults.Length}: {e.Message}", e);
        }
        output.WriteLine($"{faults.Length} faults over {_ended} models of {Rows:N0} rows, seed {seed}; "
            + $"moe ended {_slowest.TotalSeconds:F2} s after its connections at most");
        foreach (var (words, times) in _last)
            output.WriteLine($"{times} x {words}");
    }

    private static ServerFault[] Faults(int kills) =>
    [
        .. Enumerable.Repeat(ServerFault.Kill, kills),
        .. Enumerable.Repeat(ServerFault.Disconnection, Math.Max(1, kills / KillsForADisconnection)),
        .. Enumerable.Repeat(ServerFault.Restart, Math.Max(1, kills / KillsForARestart)),
        .. Enumerable.Repeat(ServerFault.Crash, Math.Max(1, kills / KillsForARestart)),
    ];

    private async Task LiveAsync(ServerFault fault, KillMoments moments, string expected)
    {
        using var life = Start();
        var wasStruck = await life.ReachesAsync(moments.Next());
        if (wasStruck)
            await StrikeAsync(fault, life);
        var end = await life.EndAsync();
        end.CheckStore();
        moments.Note(life);
        if (end.ExitCode == 0)
        {
            await CheckDoneAsync(life, expected, wasStruck);
            _promise.Forget();
            return;
        }
        if (end.ExitCode != LifeEnd.Killed)
            CheckLastWords(end);
        _promise.Hold(life);
    }

    private async Task StrikeAsync(ServerFault fault, Life life)
    {
        switch (fault)
        {
            case ServerFault.Kill:
                await life.KillAsync();
                return;
            case ServerFault.Disconnection:
                while (!life.HasEnded && await CountAsync("pg_terminate_backend(pid)") == 0)
                    await Task.Delay(TimeSpan.FromMilliseconds(10));
                break;
            default:
                var connected = await CountAsync("true") > 0;
                await server.RestartAsync(fault == ServerFault.Crash ? PostgresStop.Immediate : PostgresStop.Fast);
                if (!connected)
                    await life.KillAsync();                  // it may not have noticed
                break;
        }
        var since = TimeProvider.System.GetTimestamp();
        if (await Task.WhenAny(life.EndAsync(), life.Waits) == life.Waits)
        {
            await life.KillAsync();                          // it had not begun, and would go on once the server is back
            return;
        }
        var took = TimeProvider.System.GetElapsedTime(since);
        var start = life.LearnedAt is { } learned && learned > _start ? learned : _start;
        Assert.InRange(took, TimeSpan.Zero, start * PromptStarts > Prompt ? start * PromptStarts : Prompt);
        _slowest = took > _slowest ? took : _slowest;
    }

    private async Task<long> CountAsync(string of) => (long)(await PostgresServer.ExecuteAsync(
        _database,
        $"SELECT count({of}) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"))!;

    // One line says why it ended. What failed just before and could have been made up for may be warned of.
    private void CheckLastWords(LifeEnd end)
    {
        Assert.Equal(1, end.ExitCode);
        var line = Assert.Single(end.Complaints, line => !line.StartsWith("warning: ", StringComparison.Ordinal));
        Assert.Matches("^moe: (model '.+' in database|PostgreSQL at) ", line);
        var words = line.Replace($":{server.Port}", "", StringComparison.Ordinal);
        _last[words] = _last.GetValueOrDefault(words) + 1;
    }

    // What a fault broke may have been made up for before the run ended well; that is warned of.
    private async Task CheckDoneAsync(Life life, string expected, bool wasStruck)
    {
        var end = await life.EndAsync();
        end.CheckStore();
        Assert.Equal("", string.Join("\n", end.Complaints.Where(line =>
            !wasStruck || !line.StartsWith("warning: ", StringComparison.Ordinal))));
        Assert.Equal(0, end.ExitCode);
        _promise.Hold(life);
        Assert.Equal(expected, end.Result());
        _ended++;
    }

    private Life Start() => Life.Start(
        [], SmallModel.EvaluateIn($"model-{_ended + 1}", Rows, CheckpointMilliseconds),
        ("MOE__POSTGRES__CONNECTION", _database));
}
