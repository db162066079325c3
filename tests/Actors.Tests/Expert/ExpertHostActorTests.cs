using Akka.Actor;
using Akka.TestKit.Xunit2;
using MoE.Actors.Expert;
using MoE.Actors.Storage;
using MoE.Compute.Rosters;
using Xunit;
using static MoE.Actors.Expert.ExpertCommands;
using static MoE.Actors.Expert.ExpertReplies;

namespace MoE.Actors.Tests.Expert;

public sealed class ExpertHostActorTests() : TestKit(Patient.Read("akka.hocon", "persistence.memory.hocon"))
{
    private static readonly ExpertId Hat = new("m", "hat");

    [Fact]
    public async Task An_expert_is_reached_by_its_id_and_answers_for_itself()
    {
        var host = Sys.ActorOf(ExpertHostActor.Props());
        var hat = await StartAsync(host);
        host.Tell(new ToExpert(Hat, new Restore(1, 0)), TestActor);
        await ExpectMsgAsync(new Restored(0, 1));
        Assert.Equal(hat, LastSender);
    }

    [Fact]
    public async Task What_is_for_an_expert_that_is_not_there_is_passed_over()
    {
        var host = Sys.ActorOf(ExpertHostActor.Props());
        host.Tell(new ToExpert(new ExpertId("m", "gone"), new Restore(1, 0)), TestActor);
        await StartAsync(host);                              // and nothing else came before that
    }

    [Fact]
    public async Task An_expert_that_is_told_to_stop_ends_and_its_id_is_free_for_another()
    {
        var host = Sys.ActorOf(ExpertHostActor.Props());
        var first = await StartAsync(host);
        Watch(first);
        host.Tell(new ToExpert(Hat, StopExpert.Instance), TestActor);
        await ExpectTerminatedAsync(first);
        Assert.NotEqual(first, await StartAsync(host));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_that_is_started_again_replaces_the_one_before_however_that_ended(bool isKilled)
    {
        var host = Sys.ActorOf(ExpertHostActor.Props());
        var first = await StartAsync(host);
        var watcher = CreateTestProbe();
        watcher.Watch(first);
        if (isKilled)
            first.Tell(Kill.Instance);
        var second = await StartAsync(host);
        await watcher.ExpectTerminatedAsync(first);
        host.Tell(new ToExpert(Hat, new Restore(1, 0)), TestActor);
        await ExpectMsgAsync(new Restored(0, 1));
        Assert.Equal(second, LastSender);
    }

    private async Task<IActorRef> StartAsync(IActorRef host)
    {
        host.Tell(new ToExpert(Hat, new StartExpert(new ExpertDefinition(
            Hat, "hat", StorePlugins.Default.Snapshots, new Member(0, "hat", Models.Options.Pool[0]),
            new SeededRows(0).Schema, 4))), TestActor);
        await ExpectMsgAsync(new Started(0));
        return LastSender;
    }
}
