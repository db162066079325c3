using MoE.Torture.Tests.Storage;
using Xunit;
using Xunit.Abstractions;

namespace MoE.Torture.Tests;

/// <summary>The promise of a data directory: kill it anywhere, and it ends with the same bits.</summary>
public sealed class SqliteKillTests(ITestOutputHelper output)
{
    private const int Rows = 200_000;
    private const int Kills = 50;
    private const int MoreAtMost = 70;
    private const int CheckpointMilliseconds = 150;
    private const int SeldomMilliseconds = 60_000;

    private readonly Dictionary<KillPhase, int> _phases =
        Enum.GetValues<KillPhase>().ToDictionary(phase => phase, _ => 0);
    private readonly Promise _promise = new();
    private int _ended;

    [Fact]
    public async Task A_model_that_is_killed_again_and_again_ends_with_the_bits_of_an_unbroken_run()
    {
        using var unbroken = Life.Start(SmallModel.Evaluate(Rows));
        var expected = (await unbroken.EndAsync()).Result();
        var seed = Environment.TickCount;
        var moments = new KillMoments(seed, 1.5 * unbroken.LearnedAt!.Value);
        var kills = 0;
        try
        {
            using var folder = new TemporaryFolder();
            var wanted = KillMoments.Wanted(Kills);
            while (kills < wanted || (kills < wanted + MoreAtMost && _phases.ContainsValue(0)))
                kills += await LiveAsync(folder, moments, expected, isLate: kills >= wanted);
            using var last = Life.Start(Command(folder));
            Check(last, await last.EndAsync(), expected);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"With seed {seed}, after {kills} kills: {e.Message}", e);
        }
        output.WriteLine($"{kills} kills over {_ended} models of {Rows:N0} rows, seed {seed}: "
            + string.Join(", ", _phases.Select(phase => $"{phase.Key} {phase.Value}")));
        Assert.DoesNotContain(0, _phases.Values);
    }

    // One life: 1 where it was killed. A model that ends before the kills do is checked, and another one begins.
    private async Task<int> LiveAsync(TemporaryFolder folder, KillMoments moments, string expected, bool isLate)
    {
        var command = Command(folder, isLate);
        var before = SqliteCopy.Read(Data(folder));
        using var life = Life.Start(command);
        var killed = await life.ReachesAsync(moments.Next()) && await life.KillAsync();
        var end = await life.EndAsync();
        end.CheckStore();
        moments.Note(life);
        if (!killed)
        {
            Check(life, end, expected);
            _promise.Forget();
            return 0;
        }
        Assert.Equal("", string.Join("\n", end.Complaints));
        _promise.Hold(life);
        _phases[SqliteCopy.Read(Data(folder)).PhaseAfter(before)]++;
        return 1;
    }

    private void Check(Life life, LifeEnd end, string expected)
    {
        end.CheckStore();
        Assert.Equal("", string.Join("\n", end.Complaints));
        Assert.Equal(0, end.ExitCode);
        _promise.Hold(life);
        Assert.Equal(expected, end.Result());
        _ended++;
    }

    private string Data(TemporaryFolder folder) => Path.Combine(folder.Path, $"model-{_ended + 1}");

    // Where the disk is so slow that one checkpoint follows the other, what lies between two is hit without them.
    private string[] Command(TemporaryFolder folder, bool isLate = false) => SmallModel.Evaluate(
        Rows, Data(folder), isLate && _phases[KillPhase.Learning] == 0 ? SeldomMilliseconds : CheckpointMilliseconds);
}
