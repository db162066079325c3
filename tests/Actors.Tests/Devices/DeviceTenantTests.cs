using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using MoE.Actors.Devices;
using MoE.Actors.Devices.Trials;
using MoE.Compute.Encoding;
using MoE.Compute.Experts;
using MoE.Compute.Rosters;
using Xunit;
using static MoE.Actors.Devices.DeviceCommands;
using static MoE.Actors.Devices.DeviceReplies;

namespace MoE.Actors.Tests.Devices;

/// <summary>Several models on one device.</summary>
public sealed class DeviceTenantTests(TestDevice device)
    : TestKit(Patient.Read("akka.hocon", "persistence.memory.hocon")), IClassFixture<TestDevice>
{
    private const long Epoch = 1;

    private static readonly ExpertSpec Spec = new("hat", ExpertRole.Shared, "mlp input=hat hidden=16");

    private readonly TrainingBatch[] _batches = Batches.Encoded(6);

    [Fact]
    public async Task Models_whose_experts_have_the_same_epochs_do_not_meet()
    {
        var actor = Sys.ActorOf(DeviceActor.Props(device.Settings));
        var (first, second) = (await BeginAsync(actor, "first", seed: 5), await BeginAsync(actor, "second", seed: 6));
        for (var i = 0; i < _batches.Length; i++)
        {
            actor.Tell(new RunJob("first", new ResidentJob(Epoch, _batches[i], null, Learns: true)), first);
            if (i % 2 == 0)
                actor.Tell(new RunJob("second", new ResidentJob(Epoch, _batches[i], null, Learns: true)), second);
        }
        Assert.Equal(Alone(5, _ => true), await ImageAsync(actor, "first", first));
        Assert.Equal(Alone(6, i => i % 2 == 0), await ImageAsync(actor, "second", second));
    }

    [Fact]
    public async Task A_model_that_is_gone_leaves_the_others_on_the_device()
    {
        var actor = Sys.ActorOf(DeviceActor.Props(device.Settings));
        var (first, second) = (await BeginAsync(actor, "first", seed: 5), await BeginAsync(actor, "second", seed: 6));
        Watch(first);
        Sys.Stop(first);
        await ExpectTerminatedAsync(first);
        foreach (var batch in _batches)
        {
            actor.Tell(new RunJob("first", new ResidentJob(Epoch, batch, null, Learns: true)), second);
            actor.Tell(new RunJob("second", new ResidentJob(Epoch, batch, null, Learns: true)), second);
        }
        Assert.Equal(Alone(6, _ => true), await ImageAsync(actor, "second", second));
        var again = await BeginAsync(actor, "first", seed: 5);
        Assert.Equal(Alone(5, _ => false), await ImageAsync(actor, "first", again));
    }

    [Fact]
    public async Task A_device_that_fails_is_lost_for_all_models_and_later_ones_hear_of_it()
    {
        var actor = Sys.ActorOf(DeviceActor.Props(device.Settings with
        {
            Open = schema => new BreakingPool(device.Settings.Open(schema), batches: 2),
        }));
        var (first, second) = (await BeginAsync(actor, "first", seed: 5), await BeginAsync(actor, "second", seed: 6));
        foreach (var batch in _batches)
            actor.Tell(new RunJob("first", new ResidentJob(Epoch, batch, null, Learns: true)), first);
        foreach (var probe in (TestProbe[])[first, second])
            await probe.FishForMessageAsync(message => message is DeviceLost);
        var late = CreateTestProbe();
        actor.Tell(Beginning("late"), late);
        await late.ExpectMsgAsync<DeviceLost>();
    }

    private static Initialize Beginning(string model) => new(model, new SeededRows(0).Schema,
        new Placement("test", "a device of the tests", [Placement.AllOf("mlp")]), DeviceTrial.Here(
            new SeededRows(0).Schema, Models.Options, Roster.Of(Models.Options).Members));

    /// <summary>Begins a model with one expert; what comes back is gate and expert in one.</summary>
    private async Task<TestProbe> BeginAsync(IActorRef actor, string model, ulong seed)
    {
        var probe = CreateTestProbe();
        actor.Tell(Beginning(model), probe);
        await probe.ExpectMsgAsync<Initialized>();
        actor.Tell(new Load(model, Epoch, Spec, seed, ImageOf(seed)), probe);
        return probe;
    }

    private static async Task<byte[]> ImageAsync(IActorRef actor, string model, TestProbe probe)
    {
        actor.Tell(new ReadImage(model, Epoch, "test"), probe);
        return ((ImageRead)await probe.FishForMessageAsync(message => message is ImageRead)).Image.ToArray();
    }

    private static ReadOnlyMemory<byte> ImageOf(ulong seed) =>
        ExpertImages.Of(ExpertKinds.Create(Spec, new SeededRows(0).Schema, seed));

    private byte[] Alone(ulong seed, Func<int, bool> sees)
    {
        using var pool = device.Settings.Open(new SeededRows(0).Schema);
        var expert = pool.Add(Spec, seed, ImageOf(seed));
        foreach (var (i, batch) in _batches.Index())
            if (sees(i))
                pool.Run(batch, [new Compute.Gpu.DeviceJob(expert, null, Learns: true)]);
        return pool.Read(expert).ToArray();
    }
}
