using Akka.Actor;
using Akka.Persistence;
using Akka.TestKit.Xunit2;
using MoE.Actors.Gate;
using MoE.Actors.Storage;
using Xunit;

namespace MoE.Actors.Tests.Storage;

public sealed class MemoryLogTests() : TestKit(Patient.Read("persistence.memory.hocon"))
{
    private IActorRef Journal => Persistence.Instance.Apply(Sys).JournalFor(StorePlugins.Default.Journal);

    [Fact]
    public async Task A_log_is_read_back_in_order_and_without_what_was_deleted()
    {
        for (var n = 1; n <= 5; n++)
            Write(n);
        ReceiveN(10);
        Journal.Tell(new DeleteMessagesTo("log", 3, TestActor));
        await ExpectMsgAsync<DeleteMessagesSuccess>();
        Journal.Tell(new ReplayMessages(0, long.MaxValue, long.MaxValue, "log", TestActor));
        Assert.Equal(new EpochStarted(4), (await ExpectMsgAsync<ReplayedMessage>()).Persistent.Payload);
        Assert.Equal(new EpochStarted(5), (await ExpectMsgAsync<ReplayedMessage>()).Persistent.Payload);
        Assert.Equal(5, (await ExpectMsgAsync<RecoverySuccess>()).HighestSequenceNr);
    }

    [Fact]
    public async Task What_is_deleted_takes_no_memory()
    {
        var gone = WriteThatIsDeleted();
        ReceiveN(2);
        Journal.Tell(new DeleteMessagesTo("log", 1, TestActor));
        await ExpectMsgAsync<DeleteMessagesSuccess>();
        await AwaitConditionAsync(() =>
        {
            GC.Collect();
            return Task.FromResult(!gone.IsAlive);
        });
    }

    private WeakReference WriteThatIsDeleted() => new(Write(1));

    private EpochStarted Write(long number)
    {
        var e = new EpochStarted(number);
        Journal.Tell(new WriteMessages([new AtomicWrite(new Persistent(e, number, "log"))], TestActor, 1));
        return e;
    }
}
