using Akka.Actor;
using Akka.Configuration;
using Xunit;

namespace MoE.Actors.Tests;

public sealed class ExpertLossTests
{
    private const int Rows = 60_000;
    private const int Losses = 100;

    private static readonly Config Quiet = ConfigurationFactory.ParseString("akka.loglevel = OFF");

    [Theory]
    [InlineData("fern", 1_000_000)]
    [InlineData("bank-2", 1_000_000)]
    [InlineData("memory", 25)]
    public async Task An_expert_that_is_killed_or_stopped_a_hundred_times_under_load_changes_nothing(
        string id, int checkpointMilliseconds)
    {
        var options = Models.Memory with { CheckpointInterval = TimeSpan.FromMilliseconds(checkpointMilliseconds) };
        await using var mixture = await Models.StartAsync(options, overrides: Quiet);
        var (lost, next) = (0, 0L);
        await mixture.LearnAsync(new SeededRows(Rows), batch =>
        {
            if (batch.Scores.Rows < next || lost == Losses)
                return;
            next += Rows / Losses * 95 / 100;
            Expert(mixture, id).Tell(lost++ % 2 == 0 ? Kill.Instance : PoisonPill.Instance, ActorRefs.NoSender);
        }, CancellationToken.None);
        Assert.Equal(Losses, lost);
        Assert.Equal(Models.SingleFingerprint(Rows), (await mixture.ReportAsync()).Fingerprint);
    }

    [Fact]
    public async Task All_experts_stopped_at_once_come_back()
    {
        await using var mixture = await Models.StartAsync(overrides: Quiet);
        var isLost = false;
        await mixture.LearnAsync(new SeededRows(3000), _ =>
        {
            if (isLost)
                return;
            isLost = true;
            foreach (var spec in Models.Options.Pool)
                Expert(mixture, spec.Id).Tell(PoisonPill.Instance, ActorRefs.NoSender);
        }, CancellationToken.None);
        Assert.Equal(Models.SingleFingerprint(3000), (await mixture.ReportAsync()).Fingerprint);
    }

    private static ActorSelection Expert(LocalMixture mixture, string id) =>
        mixture.System.ActorSelection($"/user/models/default/gate/experts/{id}");
}
