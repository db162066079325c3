using System.Threading.Channels;
using Akka.Actor;
using Akka.TestKit.Xunit2;
using MoE.Actors.Devices;
using MoE.Actors.Devices.Trials;
using MoE.Compute.Encoding;
using MoE.Compute.Experts;
using MoE.Compute.Gpu;
using MoE.Compute.Rosters;
using Xunit;
using static MoE.Actors.Devices.DeviceCommands;
using static MoE.Actors.Devices.DeviceReplies;

namespace MoE.Actors.Tests.Devices;

/// <summary>What a device does while a launch is under way.</summary>
public sealed class LaunchTests(TestDevice device)
    : TestKit(Patient.Read("akka.hocon", "persistence.memory.hocon")), IClassFixture<TestDevice>
{
    private const string Model = "m";

    private const long Epoch = 1;

    private const ulong Seed = 5;

    private static readonly ExpertSpec Spec = new("hat", ExpertRole.Shared, "mlp input=hat hidden=16");

    private readonly Channel<HeldLaunch> _begun = Channel.CreateUnbounded<HeldLaunch>();
    private readonly TrainingBatch[] _batches = Batches.Encoded(6);

    [Fact]
    public async Task What_waits_while_a_launch_computes_goes_into_one_more_and_into_no_third()
    {
        var actor = await StartAsync();
        Walk(actor, 0);
        var first = await _begun.Reader.ReadAsync();
        Walk(actor, 1, 2);
        var second = await _begun.Reader.ReadAsync();
        Assert.Equal((1, 2), (first.Batches, second.Batches));
        Walk(actor, 3, 4, 5);
        await ExpectNoThirdAsync(actor);
        first.Release();
        var third = await _begun.Reader.ReadAsync();
        Assert.Equal(3, third.Batches);
        await ExpectWalkedAsync(0);
        second.Release();
        third.Release();
        await ExpectWalkedAsync(1, 2, 3, 4, 5);
    }

    [Fact]
    public async Task Answers_come_in_the_order_of_the_batches_even_where_a_later_launch_is_done_first()
    {
        var actor = await StartAsync();
        Walk(actor, 0);
        var first = await _begun.Reader.ReadAsync();
        Walk(actor, 1);
        (await _begun.Reader.ReadAsync()).Release();
        first.Release();
        await ExpectWalkedAsync(0, 1);
    }

    [Fact]
    public async Task An_image_is_of_everything_that_was_said_before_it_was_asked_for()
    {
        var actor = await StartAsync();
        Walk(actor, 0);
        var first = await _begun.Reader.ReadAsync();
        Walk(actor, 1);
        var second = await _begun.Reader.ReadAsync();
        Walk(actor, 2);
        actor.Tell(new ReadImage(Model, Epoch, "test"), TestActor);
        first.Release();
        second.Release();
        await ExpectWalkedAsync(0);
        var read = await ExpectMsgAsync<ImageRead>();
        (await _begun.Reader.ReadAsync()).Release();
        await ExpectWalkedAsync(1, 2);
        using var pool = device.Settings.Open(new SeededRows(0).Schema);
        var alone = pool.Add(Spec, Seed, ExpertImages.Of(Models.NewExpert(Spec)));
        foreach (var batch in _batches[..3])
            pool.Run(batch, [new DeviceJob(alone, null, Learns: true)]);
        Assert.Equal(pool.Read(alone).ToArray(), read.Image.ToArray());
    }

    [Fact]
    public async Task A_copy_is_of_everything_that_was_said_before_and_begins_as_often_as_it_is_kept()
    {
        const long Newcomer = 9;
        var actor = await StartAsync();
        Walk(actor, 0);
        actor.Tell(new KeepCopy(Model, Epoch, Newcomer, "test"), TestActor);
        Walk(actor, 1);
        (await _begun.Reader.ReadAsync()).Release();
        (await _begun.Reader.ReadAsync()).Release();
        await ExpectMsgAsync<CopyKept>();
        await ExpectWalkedAsync(0, 1);
        List<byte[]> images = [];
        foreach (var epoch in (long[])[2, 3])
        {
            actor.Tell(new LoadCopy(Model, epoch, Spec, Newcomer, 0.1f, 4), TestActor);
            actor.Tell(new ReadImage(Model, epoch, "test"), TestActor);
            images.Add((await ExpectMsgAsync<ImageRead>()).Image.ToArray());
        }
        Assert.Equal(images[0], images[1]);
        actor.Tell(new DropCopy(Model, Newcomer), TestActor);
        actor.Tell(new LoadCopy(Model, 4, Spec, Newcomer, 0.1f, 4), TestActor);
        Assert.Equal(4, (await ExpectMsgAsync<CopyGone>()).Epoch);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_device_that_breaks_with_two_launches_under_way_is_lost_for_all_that_was_not_answered(int breaks)
    {
        var actor = await StartAsync();
        Walk(actor, 0);
        var first = await _begun.Reader.ReadAsync();
        Walk(actor, 1);
        var second = await _begun.Reader.ReadAsync();
        if (breaks == 1)
        {
            first.Release();
            await ExpectWalkedAsync(0);
        }
        (breaks == 0 ? first : second).Break("it burns");
        Assert.Equal("test failed: it burns", (await ExpectMsgAsync<DeviceLost>()).Reason);
        Walk(actor, 2);
        await ExpectMsgAsync<DeviceLost>();
    }

    private async Task<IActorRef> StartAsync()
    {
        var settings = device.Settings with
        {
            Open = schema => new HookedPool(device.Settings.Open(schema)) { OnBegun = Hold },
        };
        var actor = ChildActorOf(DeviceActor.Props(settings));
        actor.Tell(new Initialize(Model, new SeededRows(0).Schema, settings.All, DeviceTrial.Here(
            new SeededRows(0).Schema, Models.Options, Roster.Of(Models.Options).Members)), TestActor);
        await ExpectMsgAsync<Initialized>();
        actor.Tell(new Load(Model, Epoch, Spec, Seed, ExpertImages.Of(Models.NewExpert(Spec))), TestActor);
        return actor;

        HeldLaunch Hold(IDeviceLaunch launch)
        {
            var held = new HeldLaunch(launch);
            _begun.Writer.TryWrite(held);
            return held;
        }
    }

    private void Walk(IActorRef actor, params int[] batches)
    {
        foreach (var batch in batches)
            actor.Tell(new RunJob(Model, new ResidentJob(Epoch, _batches[batch], null, Learns: true)), TestActor);
    }

    /// <summary>A question that the device answers behind what waits shows that nothing more was begun.</summary>
    private async Task ExpectNoThirdAsync(IActorRef actor)
    {
        actor.Tell(new Identify("behind what waits"), TestActor);
        await ExpectMsgAsync<ActorIdentity>();
        actor.Tell(new Identify("and behind what that led to"), TestActor);
        await ExpectMsgAsync<ActorIdentity>();
        Assert.False(_begun.Reader.TryPeek(out _));
    }

    private async Task ExpectWalkedAsync(params int[] batches)
    {
        foreach (var batch in batches)
            Assert.Equal(_batches[batch].Number, (await ExpectMsgAsync<RowsProcessed>()).Job.Batch.Number);
    }
}
