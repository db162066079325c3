using Akka.Actor;
using Akka.Actor.Setup;
using Akka.TestKit.Xunit2;
using MoE.Actors.Expert;
using MoE.Actors.Nodes;
using MoE.Actors.Storage;
using MoE.Compute;
using MoE.Compute.Encoding;
using MoE.Compute.Experts;
using MoE.Compute.Rosters;
using Xunit;
using static MoE.Actors.Expert.ExpertCommands;
using static MoE.Actors.Expert.ExpertReplies;

namespace MoE.Actors.Tests.Expert;

public sealed class ExpertActorTests : TestKit
{
    private readonly Faults _faults;

    public ExpertActorTests() : this(new Faults())
    {
    }

    private ExpertActorTests(Faults faults) : base(ActorSystemSetup.Create(
        BootstrapSetup.Create().WithConfig(Patient.Read("akka.hocon", "persistence.memory.hocon")),
        new PartsSetup { NewExpert = (_, _) => new FaultyExpert(NewExpert(), batch => faults.Of(batch)) })) =>
        _faults = faults;

    private const int Place = 3;
    private static readonly Member Copy = new(Place, "expert", Models.Options.Pool[0]) { Noise = 0.1f, NoiseSeed = 4 };
    private readonly Compute.Encoding.TrainingBatch[] _batches = Batches.Encoded(8);

    [Fact]
    public async Task It_walks_as_an_expert_without_an_actor_does()
    {
        var (actor, plain) = (await StartAsync(), NewExpert());
        foreach (var batch in _batches)
        {
            actor.Tell(new ProcessRows(1, batch, null), TestActor);
            var answered = await ExpectMsgAsync<Answered>();
            Assert.Equal((Place, 1, batch.Number), (answered.Key, answered.Epoch, answered.Number));
            Assert.Equal(ExpertRunner.Run(plain, batch, null), answered.Answers);
        }
        await ExpectFingerprintAsync(actor, 1, plain);
    }

    [Fact]
    public async Task Chosen_rows_only_are_walked()
    {
        var (actor, plain) = (await StartAsync(), NewExpert());
        actor.Tell(new ProcessRows(1, _batches[0], [2, 5]), TestActor);
        Assert.Equal(ExpertRunner.Run(plain, _batches[0], [2, 5]), (await ExpectMsgAsync<Answered>()).Answers);
        await ExpectFingerprintAsync(actor, 1, plain);
    }

    [Fact]
    public async Task A_repeated_batch_is_answered_from_memory_and_not_learned()
    {
        var (actor, plain) = (await StartAsync(), NewExpert());
        actor.Tell(new ProcessRows(1, _batches[0], null), TestActor);
        actor.Tell(new ProcessRows(1, _batches[1], null), TestActor);
        actor.Tell(new ProcessRows(1, _batches[0], null), TestActor);
        var (first, _, again) = (await ExpectMsgAsync<Answered>(), await ExpectMsgAsync<Answered>(), await ExpectMsgAsync<Answered>());
        Assert.Equal((first.Number, first.Epoch), (again.Number, again.Epoch));
        Assert.Equal(first.Answers, again.Answers);
        ExpertRunner.Run(plain, _batches[0], null);
        ExpertRunner.Run(plain, _batches[1], null);
        await ExpectFingerprintAsync(actor, 1, plain);
    }

    [Fact]
    public async Task A_batch_repeated_after_more_than_a_window_is_passed_over()
    {
        var actor = await StartAsync();
        foreach (var batch in _batches)
            actor.Tell(new ProcessRows(1, batch, null), TestActor);
        for (var i = 0; i < _batches.Length; i++)
            await ExpectMsgAsync<Answered>();
        actor.Tell(new ProcessRows(1, _batches[0], null), TestActor);
        actor.Tell(new ProcessRows(1, _batches[^1], null), TestActor);
        Assert.Equal(_batches[^1].Number, (await ExpectMsgAsync<Answered>()).Number);
    }

    [Fact]
    public async Task What_another_epoch_says_is_refused()
    {
        var actor = await StartAsync();
        actor.Tell(new ProcessRows(2, _batches[0], null), TestActor);
        actor.Tell(new SaveImage(0, 1), TestActor);
        await ExpectFingerprintAsync(actor, 1, NewExpert());
    }

    [Fact]
    public async Task It_goes_back_to_a_stored_state()
    {
        var (actor, plain) = (await StartAsync(), NewExpert());
        actor.Tell(new ProcessRows(1, _batches[0], null), TestActor);
        actor.Tell(new SaveImage(1, 1), TestActor);
        actor.Tell(new ProcessRows(1, _batches[1], null), TestActor);
        await ExpectMsgAsync<Answered>();
        await FishForMessageAsync(m => m is ImageSaved { Number: 1, Image: 1 });
        actor.Tell(new Restore(2, 1), TestActor);
        ExpertRunner.Run(plain, _batches[0], null);
        actor.Tell(new ProcessRows(2, _batches[1], null), TestActor);
        await FishForMessageAsync(m => m is Restored { Epoch: 2 });
        await ExpectMsgAsync<Answered>();
        ExpertRunner.Run(plain, _batches[1], null);
        await ExpectFingerprintAsync(actor, 2, plain);
    }

    [Fact]
    public async Task An_unchanged_state_is_not_stored_again()
    {
        var actor = await StartAsync();
        actor.Tell(new SaveImage(1, 5), TestActor);
        await ExpectMsgAsync(new ImageSaved(Place, 5, 0));
        actor.Tell(new ProcessRows(1, _batches[0], null), TestActor);
        await ExpectMsgAsync<Answered>();
        actor.Tell(new SaveImage(1, 6), TestActor);
        await ExpectMsgAsync(new ImageSaved(Place, 6, 6));
        actor.Tell(new SaveImage(1, 9), TestActor);
        await ExpectMsgAsync(new ImageSaved(Place, 9, 6));
    }

    [Fact]
    public async Task A_stored_state_that_is_not_there_is_told()
    {
        var actor = await StartAsync();
        actor.Tell(new Restore(2, 77), TestActor);
        await ExpectMsgAsync(new RestoreFailed(Place, 2, "image 77 of expert is not there", true));
    }

    [Theory]
    [InlineData("Throws", "broken by the test on batch 2")]
    [InlineData("NoNumber", "its answer to row 0 of the batch is not a finite number")]
    public async Task A_failure_is_told_and_the_expert_waits_to_be_restored(string fault, string reason)
    {
        _faults.Of = batch => batch.Number == 2 ? Enum.Parse<Fault>(fault) : Fault.None;
        var actor = await StartAsync();
        actor.Tell(new ProcessRows(1, _batches[0], null), TestActor);
        actor.Tell(new ProcessRows(1, _batches[1], null), TestActor);
        actor.Tell(new ProcessRows(1, _batches[2], null), TestActor);
        await ExpectMsgAsync<Answered>();
        await ExpectMsgAsync(new Failed(Place, 2, reason));
        await ExpectMsgAsync(new Started(Place));
        await ExpectNoMsgAsync(TimeSpan.FromMilliseconds(50));
        actor.Tell(new Restore(2, 0), TestActor);
        await ExpectMsgAsync(new Restored(Place, 2));
        await ExpectFingerprintAsync(actor, 2, NewExpert());
    }

    [Fact]
    public async Task What_it_gives_to_a_newcomer_learns_nothing_of_what_it_learns_itself()
    {
        var (actor, plain) = (await StartAsync(), NewExpert());
        actor.Tell(new ProcessRows(1, _batches[0], null), TestActor);
        actor.Tell(new CloneState(1, 9), TestActor);
        actor.Tell(new ProcessRows(1, _batches[1], null), TestActor);
        await ExpectMsgAsync<Answered>();
        var cloned = await ExpectMsgAsync<Cloned>();
        await ExpectMsgAsync<Answered>();
        ExpertRunner.Run(plain, _batches[0], null);
        Assert.Equal((9, Fingerprints.Of(plain.Save)), (cloned.Newcomer, Fingerprints.Of(cloned.InitialState.Numbers(_ => NewExpert()).Save)));
    }

    [Fact]
    public async Task A_copy_begins_again_as_it_began()
    {
        var (actor, parent) = (await StartAsync(), NewExpert());
        ExpertRunner.Run(parent, _batches[0], null);
        foreach (var epoch in (int[])[2, 3])
        {
            actor.Tell(new Restore(epoch, 0) { InitialState = new InitialState(Copy, parent) }, TestActor);
            await ExpectMsgAsync(new Restored(Place, epoch));
            await ExpectFingerprintAsync(actor, epoch, Copy.Copy(parent));
            actor.Tell(new ProcessRows(epoch, _batches[1], null), TestActor);
            await ExpectMsgAsync<Answered>();
        }
    }

    private static IExpert NewExpert() => Models.NewExpert(Models.Options.Pool[0]);

    private async Task<IActorRef> StartAsync()
    {
        var actor = Sys.ActorOf(ExpertActor.Props());
        actor.Tell(new StartExpert(new ExpertDefinition(
            new ExpertId("m", "expert"), "expert", StorePlugins.Default.Snapshots, Copy, new SeededRows(0).Schema, 4)), TestActor);
        await ExpectMsgAsync(new Started(Place));
        actor.Tell(new Restore(1, 0), TestActor);
        await ExpectMsgAsync(new Restored(Place, 1));
        return actor;
    }

    private async Task ExpectFingerprintAsync(IActorRef actor, long epoch, IExpert expected)
    {
        actor.Tell(new TakeFingerprint(epoch), TestActor);
        await ExpectMsgAsync(new FingerprintTaken(Place, Fingerprints.Of(expected.Save)));
    }

    /// <summary>What is to go wrong with which batch.</summary>
    private sealed class Faults
    {
        public Func<FeatureBatch, Fault> Of { get; set; } = _ => Fault.None;
    }
}
