using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Snapshot;
using Akka.TestKit.Xunit2;
using MoE.Actors.Expert;
using MoE.Actors.Storage;
using MoE.Compute.Rosters;
using Xunit;
using static MoE.Actors.Expert.ExpertCommands;
using static MoE.Actors.Expert.ExpertReplies;

namespace MoE.Actors.Tests.Expert;

public sealed class ExpertRestoreTests() : TestKit(Snapshots
    .WithFallback(Patient.Read("akka.hocon", "persistence.memory.hocon")))
{
    private const long Damaged = 2;

    private static readonly Config Snapshots = ConfigurationFactory.ParseString(
        $"akka.persistence.snapshot-store.moe.class = \"{typeof(LateFailure).AssemblyQualifiedName}\"");

    [Fact]
    public async Task What_becomes_of_an_image_that_is_not_wanted_any_more_says_nothing_of_the_wanted_one()
    {
        var expert = await StartAsync("m");
        expert.Tell(new Restore(1, 0), TestActor);
        await ExpectMsgAsync(new Restored(0, 1));
        expert.Tell(new ProcessRows(1, Batches.Encoded(1)[0], null), TestActor);
        expert.Tell(new SaveImage(1, 1), TestActor);
        await FishForMessageAsync(m => m is ImageSaved { Number: 1, Image: 1 });
        expert.Tell(new TakeFingerprint(1), TestActor);
        var stored = await ExpectMsgAsync<FingerprintTaken>();
        expert.Tell(new Restore(2, Damaged), TestActor);
        expert.Tell(new Restore(3, 1), TestActor);
        LateFailure.Begin.SetResult();
        await ExpectMsgAsync(new Restored(0, 3));
        expert.Tell(new TakeFingerprint(3), TestActor);
        await ExpectMsgAsync(stored);
    }

    [Fact]
    public async Task An_image_of_another_model_is_refused_by_name()
    {
        var image = await StoreImageAsync("m-expert-e");
        var expert = await StartAsync("m");
        expert.Tell(new Restore(1, image), TestActor);
        await ExpectMsgAsync(new RestoreFailed(
            0, 1, $"image {image} of expert is damaged: it belongs to model 'm-expert-e'", true));
    }

    private async Task<IActorRef> StartAsync(string model)
    {
        var expert = Sys.ActorOf(ExpertActor.Props());
        var member = new Member(0, "expert", Models.Options.Pool[0]);
        expert.Tell(new StartExpert(new ExpertDefinition(
            new ExpertId(model, "expert"), "expert", StorePlugins.Default.Snapshots, member, new SeededRows(0).Schema, 4)), TestActor);
        await ExpectMsgAsync(new Started(0));
        return expert;
    }

    /// <summary>Has an expert of a model store its image; answers under which number.</summary>
    private async Task<long> StoreImageAsync(string model)
    {
        var expert = await StartAsync(model);
        expert.Tell(new Restore(1, 0), TestActor);
        await ExpectMsgAsync(new Restored(0, 1));
        expert.Tell(new ProcessRows(1, Batches.Encoded(1)[0], null), TestActor);
        expert.Tell(new SaveImage(1, 1), TestActor);
        return ((ImageSaved)await FishForMessageAsync(m => m is ImageSaved)).Image;
    }

    /// <summary>Finds damage in one image, but not at once.</summary>
    public sealed class LateFailure : MemorySnapshotStore
    {
        /// <summary>What it waits for.</summary>
        public static TaskCompletionSource Begin { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override async Task<SelectedSnapshot> LoadAsync(
            string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken)
        {
            if (criteria.MaxSequenceNr != Damaged)
                return await base.LoadAsync(persistenceId, criteria, cancellationToken);
            await Begin.Task;
            throw new InvalidDataException("damaged by the test");
        }
    }
}
