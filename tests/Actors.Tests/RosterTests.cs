using Akka.Actor;
using Akka.Configuration;
using MoE.Compute;
using MoE.Compute.Data;
using MoE.Compute.Experts;
using MoE.Compute.Gpu.Devices;
using MoE.Compute.Growth;
using MoE.Compute.Rosters;
using MoE.Compute.Rosters.Scripts;
using Xunit;

namespace MoE.Actors.Tests;

public sealed class RosterTests
{
    private const int Rows = 40_000;

    private static readonly Config Quiet = ConfigurationFactory.ParseString("akka.loglevel = OFF");

    [Theory]
    [InlineData(1, 1_000_000)]
    [InlineData(7, 5)]
    [InlineData(40, 50)]
    public async Task A_pool_that_changes_under_load_has_the_bits_of_one_thread(int every, int checkpointMilliseconds)
    {
        var options = Models.Memory with { CheckpointInterval = TimeSpan.FromMilliseconds(checkpointMilliseconds) };
        await using var mixture = await Models.StartAsync(options, overrides: Quiet);
        await new CommandedRows(Rows, every).TeachAsync(mixture);
        var report = await mixture.ReportAsync();
        var single = Single(every);
        Assert.Equal(single.Roster.Members, report.Roster.Members);
        Assert.Equal(single.Gate.ExpertScores(), report.Experts);
        Assert.Equal(single.Fingerprint(), report.Fingerprint);
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 60)]
    [InlineData(3, 20)]
    public async Task Broken_off_at_any_moment_and_opened_again_it_has_the_bits_of_an_unbroken_run(int every, int milliseconds)
    {
        using var folder = new TestFolder();
        var durable = Models.Memory with
        {
            DataDirectory = folder.Path,
            CheckpointInterval = TimeSpan.FromMilliseconds(milliseconds),
        };
        var random = new Random(every);
        for (var stop = random.Next(3000); stop < Rows; stop += 1000 + random.Next(4000))
            await BreakOffAsync(durable, every, stop);
        await using var mixture = await Models.StartAsync(durable, overrides: Quiet);
        var rows = new CommandedRows(Rows, every);
        await Models.SkipAsync(mixture, rows);
        await rows.TeachAsync(mixture);
        var report = await mixture.ReportAsync();
        Assert.Equal(rows.Roster.Members, report.Roster.Members);
        Assert.Equal(Single(every).Fingerprint(), report.Fingerprint);
    }

    [Fact]
    public async Task Experts_that_are_killed_while_the_pool_changes_come_back_with_their_parents_numbers()
    {
        await using var mixture = await Models.StartAsync(
            Models.Memory with { CheckpointInterval = TimeSpan.FromMilliseconds(20) }, overrides: Quiet);
        var random = new Random(5);
        await new CommandedRows(Rows, 2).TeachAsync(mixture, batch =>
        {
            var member = batch.Roster[random.Next(batch.Roster.Count)];
            if (random.Next(8) == 0)
                mixture.System.ActorSelection($"/user/models/default/gate/experts/{member.Origin}")
                    .Tell(random.Next(2) == 0 ? Kill.Instance : PoisonPill.Instance, ActorRefs.NoSender);
        }, CancellationToken.None);
        Assert.Equal(Single(2).Fingerprint(), (await mixture.ReportAsync()).Fingerprint);
    }

    [Fact]
    public async Task A_thousand_newcomers_come_and_go_under_load_and_leave_nothing_behind()
    {
        using var folder = new TestFolder();
        var durable = Models.Memory with
        {
            DataDirectory = folder.Path,
            CheckpointInterval = TimeSpan.FromMilliseconds(100),
        };
        await using (var mixture = await Models.StartAsync(durable, overrides: Quiet))
        {
            var rows = new CommandedRows(30_000, 1);
            await rows.TeachAsync(mixture);
            Assert.InRange(rows.Added, 1000, int.MaxValue);
            var report = await mixture.ReportAsync();
            Assert.Equal(rows.Roster.Members, report.Roster.Members);
            var expected = report.Roster.Members.Select(member => member.Origin).Order().ToList();
            while (!expected.SequenceEqual((await ExpertsAsync(mixture)).Order()))
                await Task.Yield();                          // the last to go may be on their way out
        }
        await Models.LearnAsync(30_500, durable, overrides: Quiet);
        await Models.LearnAsync(31_000, durable, overrides: Quiet);
        var images = await folder.NumberAsync("snapshots.db", "SELECT count(*) FROM snapshot");
        Assert.InRange(images, 1, 3 * 40);
    }

    [Fact]
    public async Task A_command_is_done_once_it_is_stored_and_refused_in_words()
    {
        using var folder = new TestFolder();
        var durable = Models.Memory with { DataDirectory = folder.Path };
        await using (var mixture = await Models.StartAsync(durable, overrides: Quiet))
        {
            await mixture.LearnAsync(new SeededRows(500), _ => { }, CancellationToken.None);
            var added = await mixture.ChangeAsync(new AddExpert { CloneOf = "hat", Id = "twin" }, CancellationToken.None);
            Assert.Equal(("twin", 0L), (added!.Member.Spec.Id, added.Member.Parent!.Value));
            Assert.Null(await mixture.ChangeAsync(new ThawExpert("twin"), CancellationToken.None));
            var error = await Assert.ThrowsAsync<ModelException>(
                () => mixture.ChangeAsync(new RetireExpert("tree"), CancellationToken.None));
            Assert.StartsWith("There is no expert 'tree'.", error.Message, StringComparison.Ordinal);
        }
        await using var again = await LocalMixture.OpenAsync(
            durable, GrowthOptions.Off, ComputeOptions.CpuAlone, CancellationToken.None);
        Assert.Contains((await again.ReportAsync()).Roster.Members, member => member.Spec.Id == "twin");
    }

    [Fact]
    public async Task An_expert_that_breaks_on_batches_before_its_retirement_is_put_out_of_the_pool()
    {
        using var folder = new TestFolder();
        var durable = Models.Memory with { DataDirectory = folder.Path };
        var faulty = Faulty("fern", 20);
        var script = Script.Parse("script", $"{Learned(20)} retire fern\n{Learned(30)} add mlp --id late");
        var unbroken = await ScriptedAsync(2000, script, Models.Memory, faulty);
        await ScriptedAsync(Models.EndOf(22), script, durable, faulty);
        var report = await ScriptedAsync(2000, script, durable, faulty);
        Assert.DoesNotContain(unbroken.Roster.Members, member => member.Spec.Id == "fern");
        Assert.Equal(unbroken.Fingerprint, report.Fingerprint);
    }

    [Fact]
    public async Task A_command_that_was_carried_out_before_a_refused_one_is_not_carried_out_again()
    {
        using var folder = new TestFolder();
        var durable = Models.Memory with { DataDirectory = folder.Path };
        var row = Learned(10);
        var wrong = Script.Parse("script", $"{row} add mlp --id late\n{row} retire tree");
        var refused = await Assert.ThrowsAsync<SourceException>(() => ScriptedAsync(2000, wrong, durable));
        Assert.StartsWith("'retire tree' cannot be done: There is no expert 'tree'.", refused.Message, StringComparison.Ordinal);
        await using (var mixture = await LocalMixture.OpenAsync(
            durable, GrowthOptions.Off, ComputeOptions.CpuAlone, CancellationToken.None))
            await mixture.ChangeAsync(new FreezeExpert("hat"), CancellationToken.None);
        var report = await ScriptedAsync(2000, Script.Parse("script", $"{row} add mlp --id late\n{row} retire fern"), durable);
        var whole = Script.Parse("script", $"{row} add mlp --id late\n{row} freeze hat\n{row} retire fern");
        Assert.Equal((await ScriptedAsync(2000, whole, Models.Memory)).Fingerprint, report.Fingerprint);
    }

    private static int Learned(int batches) => batches * Models.Options.Batch;

    private static Func<Member, IExpert> Faulty(string id, long batch) => member => member.Origin != id
        ? Models.NewExpert(member)
        : new FaultyExpert(Models.NewExpert(member), b => b.Number == batch ? Fault.Throws : Fault.None);

    private static async Task<MixtureReport> ScriptedAsync(
        int rows, Script script, DurabilityOptions durability, Func<Member, IExpert>? newExpert = null)
    {
        await using var mixture = await Models.StartAsync(durability, newExpert, Quiet);
        var source = new SeededRows(rows);
        var before = await Models.SkipAsync(mixture, source);
        await mixture.LearnAsync(source, new ScriptProgress(script, before.Rows), _ => { }, CancellationToken.None);
        return await mixture.ReportAsync();
    }

    private static Mixture Single(int every)
    {
        var (rows, mixture) = (new CommandedRows(Rows, every), new Mixture(new SeededRows(0).Schema, Models.Options));
        while (rows.Read(Models.Options.Batch) is { } batch)
        {
            foreach (var command in rows.Before(batch))
                mixture.Change(command);
            mixture.Learn(batch);
        }
        return mixture;
    }

    /// <summary>Ends all actors at once behind a row, as a kill does, and leaves the store as it is then.</summary>
    private static async Task BreakOffAsync(DurabilityOptions durable, int every, int row)
    {
        var mixture = await Models.StartAsync(durable, overrides: Quiet);
        var rows = new CommandedRows(Rows, every);
        await Models.SkipAsync(mixture, rows);
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var learned = rows.TeachAsync(mixture, batch =>
        {
            if (batch.Scores.Rows >= row)
                reached.TrySetResult();
        }, CancellationToken.None);
        await await Task.WhenAny(learned, reached.Task);
        await mixture.AbortAsync();
    }

    private static async Task<IEnumerable<string>> ExpertsAsync(LocalMixture mixture)
    {
        var gate = await mixture.System.ActorSelection("/user/models/default/gate/experts").ResolveOne(Timeout.InfiniteTimeSpan);
        return ((ActorRefWithCell)gate).Children.Select(child => child.Path.Name);
    }
}
