using Akka.Configuration;
using MoE.Compute.Experts;
using MoE.Compute.Rosters;
using Xunit;

namespace MoE.Actors.Tests;

public sealed class FailureTests
{
    private const int Rows = 1500;

    private static readonly Config Quiet = ConfigurationFactory.ParseString("akka.loglevel = OFF");

    [Fact]
    public async Task An_expert_that_breaks_now_and_then_changes_nothing()
    {
        var often = Models.Memory with { CheckpointInterval = TimeSpan.FromMilliseconds(30) };
        var report = await Models.LearnAsync(Rows, often, Breaking("hat", number => number % 9 == 0 ? 1 : 0), Quiet);
        Assert.Equal(Models.SingleFingerprint(Rows), report.Fingerprint);
    }

    [Fact]
    public async Task A_routed_expert_that_breaks_now_and_then_changes_nothing()
    {
        var report = await Models.LearnAsync(Rows, null, Breaking("bank-2", number => number % 7 == 0 ? 2 : 0), Quiet);
        Assert.Equal(Models.SingleFingerprint(Rows), report.Fingerprint);
    }

    [Fact]
    public async Task Two_failures_on_one_batch_are_forgiven_and_three_are_not()
    {
        var twice = await Models.LearnAsync(Rows, null, Breaking("fern", number => number == 20 ? 2 : 0), Quiet);
        var thrice = await Models.LearnAsync(Rows, null, Breaking("fern", number => number == 20 ? 3 : 0), Quiet);
        Assert.Equal(Models.SingleFingerprint(Rows), twice.Fingerprint);
        Assert.NotEqual(twice.Fingerprint, thrice.Fingerprint);
        Assert.Equal(100d * 19 * 16 / thrice.Scores.Rows, thrice.Experts[1].Share, 6);
    }

    [Theory]
    [InlineData(Fault.Throws)]
    [InlineData(Fault.NoNumber)]
    public async Task A_dropped_expert_stays_out_after_a_restart_and_the_bits_are_those_of_an_unbroken_run(object fault)
    {
        using var folder = new TestFolder();
        var durable = Models.Memory with { DataDirectory = folder.Path, CheckpointInterval = TimeSpan.FromMilliseconds(20) };
        var breaking = Breaking("fern", number => number == 20 ? int.MaxValue : 0, (Fault)fault);
        var unbroken = await Models.LearnAsync(Rows, null, breaking, Quiet);
        await Models.LearnAsync(Models.EndOf(40), durable, breaking, Quiet);
        var report = await Models.LearnAsync(Rows, durable, Models.NewExpert, Quiet);
        Assert.Equal(unbroken.Fingerprint, report.Fingerprint);
        Assert.Equal(unbroken.Experts, report.Experts);
    }

    [Fact]
    public async Task A_log_that_cannot_be_written_stops_the_learning_with_the_cause()
    {
        var failing = Quiet.WithFallback(ConfigurationFactory.ParseString(
            $"akka.persistence.journal.moe.class = \"{typeof(FailingLog).AssemblyQualifiedName}\""));
        await using var mixture = await Models.StartAsync(overrides: failing);
        var seen = 0L;
        var error = await Assert.ThrowsAsync<ModelException>(
            () => mixture.LearnAsync(new SeededRows(Rows), b => seen = b.Scores.Rows, CancellationToken.None));
        Assert.Equal($"The log cannot be written: {FailingLog.Reason}", error.Message);
        Assert.InRange(seen, 0, FailingLog.RowsWritten);
    }

    [Fact]
    public async Task Checkpoints_that_cannot_be_stored_stop_the_model_after_three()
    {
        var failing = Quiet.WithFallback(ConfigurationFactory.ParseString(
            $"akka.persistence.snapshot-store.moe.class = \"{typeof(FailingSnapshots).AssemblyQualifiedName}\""));
        var often = Models.Memory with { CheckpointInterval = TimeSpan.FromMilliseconds(5) };
        var error = await Assert.ThrowsAsync<ModelException>(() => Models.LearnAsync(1_000_000, often, null, failing));
        Assert.Equal($"3 checkpoints in a row could not be stored: {FailingSnapshots.Reason}", error.Message);
    }

    /// <summary>Makes one expert break on batches as often as said, counted over all its restarts.</summary>
    private static Func<Member, IExpert> Breaking(string id, Func<long, int> times, Fault fault = Fault.Throws)
    {
        var left = new Dictionary<long, int>();
        return member => member.Origin != id ? Models.NewExpert(member) : new FaultyExpert(Models.NewExpert(member), batch =>
        {
            var remaining = left.TryGetValue(batch.Number, out var known) ? known : times(batch.Number);
            left[batch.Number] = Math.Max(0, remaining - 1);
            return remaining > 0 ? fault : Fault.None;
        });
    }
}
