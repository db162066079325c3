using Akka.Actor;
using Akka.TestKit.Xunit2;
using CsCheck;
using MoE.Actors.Devices;
using MoE.Actors.Gate;
using MoE.Actors.Serialization;
using MoE.Actors.Storage;
using MoE.Compute;
using MoE.Compute.Data;
using MoE.Compute.Experts;
using MoE.Compute.Gating;
using MoE.Compute.Rosters;
using Xunit;

namespace MoE.Actors.Tests.Serialization;

public sealed class GateLogSerializerTests() : TestKit(Patient.Read("local.hocon", "akka.hocon"))
{
    private const string ModelBytes =
        "0100000000000000010000000000000079020000000000000001000000000000006100000000000000000100"
        + "00000000000062010000000000000040000000000000000800000000000000feffffffffffffff4000000000"
        + "0000000400000000000000000000402aa9333f000000a09999a93f0200000000000000010000000000000065"
        + "000000000000000003000000000000006d6c7001000000000000007201000000000000000400000000000000"
        + "6665726e";

    private static readonly ModelCreated Model = new(
        1,
        new Schema([new Column("a", ColumnKind.Numeric), new Column("b", ColumnKind.Categorical)], "y"),
        new MixtureOptions { Seed = -2, Pool = [new("e", ExpertRole.Shared, "mlp"), new("r", ExpertRole.Routed, "fern")] });

    private static readonly SourceId Source = new(SourceKind.File, "s.csv", "d1", 600);

    private static readonly RowBatch Rows = new()
    {
        Values = [1.5f, float.NaN],
        Targets = [0],
        NewTerms = [new Term(Term.Class, "up")],
        NextOffset = 3,
        Refusals = [new Refusal(2, 7, "no")],
    };

    private static readonly Dictionary<string, (IGateEvent Event, string Bytes)> Stored = new()
    {
        ["moe.model-created.1"] = (Model, ModelBytes + "35557c3d"),
        ["moe.epoch-started.1"] = (new EpochStarted(7), "0700000000000000" + "70b1f7bb"),
        ["moe.source-opened.1"] = (
            new SourceOpened(1, Source),
            "010000000000000000000000000000000500000000000000732e637376020000000000000064315802000000"
            + "000000" + "1331ebbe"),
        ["moe.batches-accepted.1"] = (
            new BatchesAccepted(5, [new AcceptedBatch(2, 40, Rows)]),
            "0500000000000000010000000000000002000000000000002800000000000000030000000000000002000000"
            + "000000000000c03f0000c0ff0100000000000000000000000100000000000000ffffffffffffffff02000000"
            + "00000000757001000000000000000200000000000000070000000000000002000000000000006e6f" + "ed8d392b"),
        ["moe.expert-frozen.1"] = (
            new ExpertDropped(new DroppedExpert("e", 9, "?")),
            "010000000000000065090000000000000001000000000000003f" + "e7bc017a"),
        ["moe.checkpoint-completed.1"] = (
            new CheckpointCompleted(8, 3, 2, Model, [new SourcePosition(Source, 512, 500)],
                [new DroppedExpert("e", 9, "?")], Roster.Of(Model.Options),
                [new ExpertImage("e", 0), new ExpertImage("r", 8)]),
            "080000000000000003000000000000000200000000000000" + ModelBytes
            + "010000000000000000000000000000000500000000000000732e637376020000000000000064315802000000"
            + "0000000002000000000000f40100000000000001000000000000000100000000000000650900000000000000"
            + "01000000000000003f01000000000000000100000000000000720800000000000000" + "85054cf8"),
        ["moe.checkpoint-discarded.1"] = (
            new CheckpointDiscarded(8, "?"), "080000000000000001000000000000003f" + "ffd0b221"),
    };

    /// <summary>What is written today of the same events.</summary>
    private static readonly Dictionary<string, (IGateEvent Event, string Bytes)> Written = new(
        Stored.Where(e => e.Value.Event is not (ModelCreated or CheckpointCompleted)))
    {
        ["moe.model-created.2"] = (
            Model,
            "0100000000000000010000000000000079020000000000000001000000000000006100000000000000000100"
            + "00000000000062010000000000000040000000000000000800000000000000feffffffffffffff4000000000"
            + "0000000400000000000000000000402aa9333f000000a09999a93f0200000000000000010000000000000065"
            + "000000000000000003000000000000006d6c7001000000000000007201000000000000000400000000000000"
            + "6665726e03000000000000000f000000000000006d6f652e726f757465722e6b696e6406000000000000006c"
            + "696e65617214000000000000006d6f652e726f757465722e617578696c696172790400000000000000302e30"
            + "3113000000000000006d6f652e726f757465722e6361706163697479010000000000000030" + "0b03ec40"),
        ["moe.roster-changed.1"] = (
            new RosterChanged(new RosterChange(9, RosterAction.Added, Newcomer, "?")),
            "0900000000000000000000000000000001000000000000003f02000000000000000500000000000000652d32"
            + "2e320300000000000000652d32010000000000000003000000000000006d6c70010000000000000003000000"
            + "00000000040000000000000005000000000000000000000000000000000000000000e03f0600000000000000" + "7cd0ddb9"),
        ["moe.checkpoint-completed.2"] = (
            new CheckpointCompleted(8, 3, 2, Model, [new SourcePosition(Source, 512, 500)],
                [new DroppedExpert("e", 9, "?")], Roster.Of(Model.Options).With([
                    new RosterChange(3, RosterAction.Added, Newcomer, "?")]),
                [new ExpertImage("e", 0), new ExpertImage("r", 8), new ExpertImage("e-2.2", 7)]),
            "0800000000000000030000000000000002000000000000000100000000000000010000000000000079020000"
            + "0000000000010000000000000061000000000000000001000000000000006201000000000000004000000000"
            + "0000000800000000000000feffffffffffffff40000000000000000400000000000000000000402aa9333f00"
            + "0000a09999a93f0200000000000000010000000000000065000000000000000003000000000000006d6c7001"
            + "0000000000000072010000000000000004000000000000006665726e03000000000000000f00000000000000"
            + "6d6f652e726f757465722e6b696e6406000000000000006c696e65617214000000000000006d6f652e726f75"
            + "7465722e617578696c696172790400000000000000302e303113000000000000006d6f652e726f757465722e"
            + "6361706163697479010000000000000030010000000000000000000000000000000500000000000000732e63"
            + "73760200000000000000643158020000000000000002000000000000f4010000000000000100000000000000"
            + "010000000000000065090000000000000001000000000000003f030000000000000003000000000000000000"
            + "000000000000010000000000000065010000000000000065000000000000000003000000000000006d6c7000"
            + "0000000000000001000000000000000100000000000000b19d6a7778a95d4fffffffffffffffff0000000000"
            + "0000000000000000000000010000000000000001000000000000007201000000000000007201000000000000"
            + "0004000000000000006665726e000000000000000001000000000000000100000000000000b2db70d85807f5"
            + "e5ffffffffffffffff0000000000000000000000000000000002000000000000000500000000000000652d32"
            + "2e320300000000000000652d32010000000000000003000000000000006d6c70010000000000000003000000"
            + "00000000040000000000000005000000000000000000000000000000000000000000e03f0600000000000000"
            + "0300000000000000010000000000000065000000000000000001000000000000007208000000000000000500"
            + "000000000000652d322e320700000000000000" + "f6c4a3d0"),
        ["moe.device-chosen.1"] = (Chosen,
            "09000000000000000600000000000000637564613a3006000000000000006120636172640200000000000000"
            + "05000000000000006d6c70202a0c000000000000006665726e2064657074683d35" + "79fe3ca1"),
        ["moe.checkpoint-completed.3"] = (
            new CheckpointCompleted(8, 3, 2, Model, [new SourcePosition(Source, 512, 500)],
                [new DroppedExpert("e", 9, "?")], Roster.Of(Model.Options).With([
                    new RosterChange(3, RosterAction.Added, Newcomer, "?")]),
                [new ExpertImage("e", 0), new ExpertImage("r", 8), new ExpertImage("e-2.2", 7)])
            {
                Device = Chosen,
            },
            "0800000000000000030000000000000002000000000000000100000000000000010000000000000079020000"
            + "0000000000010000000000000061000000000000000001000000000000006201000000000000004000000000"
            + "0000000800000000000000feffffffffffffff40000000000000000400000000000000000000402aa9333f00"
            + "0000a09999a93f0200000000000000010000000000000065000000000000000003000000000000006d6c7001"
            + "0000000000000072010000000000000004000000000000006665726e03000000000000000f00000000000000"
            + "6d6f652e726f757465722e6b696e6406000000000000006c696e65617214000000000000006d6f652e726f75"
            + "7465722e617578696c696172790400000000000000302e303113000000000000006d6f652e726f757465722e"
            + "6361706163697479010000000000000030010000000000000000000000000000000500000000000000732e63"
            + "73760200000000000000643158020000000000000002000000000000f4010000000000000100000000000000"
            + "010000000000000065090000000000000001000000000000003f030000000000000003000000000000000000"
            + "000000000000010000000000000065010000000000000065000000000000000003000000000000006d6c7000"
            + "0000000000000001000000000000000100000000000000b19d6a7778a95d4fffffffffffffffff0000000000"
            + "0000000000000000000000010000000000000001000000000000007201000000000000007201000000000000"
            + "0004000000000000006665726e000000000000000001000000000000000100000000000000b2db70d85807f5"
            + "e5ffffffffffffffff0000000000000000000000000000000002000000000000000500000000000000652d32"
            + "2e320300000000000000652d32010000000000000003000000000000006d6c70010000000000000003000000"
            + "00000000040000000000000005000000000000000000000000000000000000000000e03f0600000000000000"
            + "0300000000000000010000000000000065000000000000000001000000000000007208000000000000000500"
            + "000000000000652d322e32070000000000000009000000000000000600000000000000637564613a30060000"
            + "0000000000612063617264020000000000000005000000000000006d6c70202a0c000000000000006665726e"
            + "2064657074683d35" + "9226b04b"),
    };

    private static DeviceChosen Chosen => new(9, new Placement("cuda:0", "a card", ["mlp *", "fern depth=5"]));

    private static Member Newcomer => new(2, "e-2.2", new ExpertSpec("e-2", ExpertRole.Routed, "mlp"))
    {
        Mode = ExpertMode.Frozen,
        Since = 3,
        HeardFrom = 4,
        Seed = 5,
        Parent = 0,
        Noise = 0.5f,
        NoiseSeed = 6,
    };

    public static TheoryData<string> OldManifests => [.. Stored.Keys];

    public static TheoryData<string> Manifests => [.. Written.Keys];

    [Theory]
    [MemberData(nameof(OldManifests))]
    public void Bytes_written_by_version_1_still_read(string manifest)
    {
        var (e, bytes) = Stored[manifest];
        Assert.Equivalent(e, Serializer.FromBinary(Convert.FromHexString(bytes), manifest));
    }

    [Theory]
    [MemberData(nameof(Manifests))]
    public void Bytes_are_what_they_were_ever_since(string manifest)
    {
        var (e, bytes) = Written[manifest];
        Assert.Equal(manifest, Serializer.Manifest(e));
        Assert.Equal(bytes, Convert.ToHexStringLower(Serializer.ToBinary(e)));
        var read = Serializer.FromBinary(Convert.FromHexString(bytes), manifest);
        Assert.IsType(e.GetType(), read);
        Assert.Equal(bytes, Convert.ToHexStringLower(Serializer.ToBinary(read)));
    }

    [Fact]
    public void Any_event_is_read_back_as_it_was() => Logs.Any.Sample(log =>
    {
        foreach (var e in log)
            Assert.Equivalent(e, Serializer.FromBinary(Serializer.ToBinary(e), Serializer.Manifest(e)), strict: true);
    }, iter: 20);

    [Fact]
    public void Rows_are_read_back_with_their_names_and_refusals()
    {
        var source = new SeededRows(1000);
        List<AcceptedBatch> batches = [];
        while (source.Read(16) is { } rows)
            batches.Add(new AcceptedBatch(0, batches.Count, rows with { Names = null }));
        var e = new BatchesAccepted(1, batches);
        var read = (BatchesAccepted)Serializer.FromBinary(Serializer.ToBinary(e), Serializer.Manifest(e));
        Assert.Equivalent(e, read, strict: true);
    }

    [Fact]
    public void Broken_bytes_are_an_error_and_never_another_event() => Gen.Byte.Array[0, 80].Sample(bytes =>
    {
        foreach (var manifest in Stored.Keys)
            Assert.IsType<UnreadableEvent>(Serializer.FromBinary(bytes, manifest));
    });

    [Fact]
    public void An_event_of_a_newer_version_is_refused_with_a_way_out()
    {
        var bytes = Sealed.Seal("moe.expert-split.1", [1, 2, 3], []);
        var error = Assert.Throws<ModelException>(() => Serializer.FromBinary(bytes, "moe.expert-split.1"));
        Assert.Equal("'moe.expert-split.1' was written by a newer version of moe; start that version or a later one.", error.Message);
    }

    [Fact]
    public void What_has_no_format_of_its_own_is_never_stored()
    {
        Assert.IsType<GateLogSerializer>(Sys.Serialization.FindSerializerFor(new EpochStarted(1)));
        Assert.IsType<StateImageSerializer>(Sys.Serialization.FindSerializerFor(new StateImage("x", 1, default)));
        var refusing = Sys.Serialization.FindSerializerFor(new Uri("http://localhost"));
        Assert.Throws<NotSupportedException>(() => refusing.ToBinary(new Uri("http://localhost")));
    }

    [Fact]
    public void Every_changed_byte_of_an_event_is_noticed()
    {
        var bytes = Serializer.ToBinary(Model);
        for (var at = 0; at < bytes.Length; at++)
        {
            bytes[at] ^= 4;
            Assert.IsType<UnreadableEvent>(Serializer.FromBinary(bytes, "moe.model-created.2"));
            bytes[at] ^= 4;
        }
        Assert.IsType<UnreadableEvent>(Serializer.FromBinary(bytes, "moe.epoch-started.1"));
        Assert.IsType<ModelCreated>(Serializer.FromBinary(bytes, "moe.model-created.2"));
    }

    [Fact]
    public void An_image_says_whose_it_is_and_every_changed_byte_of_it_is_noticed()
    {
        var serializer = new StateImageSerializer((ExtendedActorSystem)Sys);
        var image = new StateImage("model-m-gate", 7, new byte[] { 1, 2, 3 });
        var bytes = serializer.ToBinary(image);
        Assert.Equal("0c000000000000006d6f64656c2d6d2d676174650700000000000000010203dfee5c21", Convert.ToHexStringLower(bytes));
        Assert.Equal("moe.image.1", serializer.Manifest(image));
        var read = (StateImage)serializer.FromBinary(bytes, "moe.image.1");
        Assert.Equal([1, 2, 3], read.Bytes.ToArray());
        Assert.Null(read.Problem("m", "model-m-gate", 7));
        Assert.Equal("it is image 7 of model-m-gate", read.Problem("m", "model-m-gate", 8));
        Assert.Throws<ModelException>(() => serializer.FromBinary(Sealed.Seal("moe.image.3", [1], []), "moe.image.3"));
        for (var at = 0; at < bytes.Length; at++)
        {
            bytes[at] ^= 128;
            Assert.Throws<InvalidDataException>(() => serializer.FromBinary(bytes, "moe.image.1"));
            bytes[at] ^= 128;
        }
    }

    [Fact]
    public void An_image_says_of_which_model_it_is_and_every_changed_byte_of_that_is_noticed()
    {
        var serializer = new StateImageSerializer((ExtendedActorSystem)Sys);
        var image = new StateImage("model-m-gate", 7, new byte[] { 1, 2, 3 }) { Model = "m" };
        var bytes = serializer.ToBinary(image);
        Assert.Equal("01000000000000006d0c000000000000006d"
            + "6f64656c2d6d2d6761746507000000000000000102033f1e78f8", Convert.ToHexStringLower(bytes));
        Assert.Equal("moe.image.2", serializer.Manifest(image));
        var read = (StateImage)serializer.FromBinary(bytes, "moe.image.2");
        Assert.Equal([1, 2, 3], read.Bytes.ToArray());
        Assert.Null(read.Problem("m", "model-m-gate", 7));
        Assert.Equal("it belongs to model 'm'", read.Problem("m-expert-e", "model-m-gate", 7));
        for (var at = 0; at < bytes.Length; at++)
        {
            bytes[at] ^= 128;
            Assert.Throws<InvalidDataException>(() => serializer.FromBinary(bytes, "moe.image.2"));
            bytes[at] ^= 128;
        }
        Assert.Throws<InvalidDataException>(() => serializer.FromBinary(bytes, "moe.image.1"));
    }

    private GateLogSerializer Serializer => new((ExtendedActorSystem)Sys);
}
