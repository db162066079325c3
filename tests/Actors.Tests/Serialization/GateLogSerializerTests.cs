using Akka.Actor;
using Akka.TestKit.Xunit2;
using CsCheck;
using MoE.Actors.Gate;
using MoE.Actors.Serialization;
using MoE.Actors.Storage;
using MoE.Compute;
using MoE.Compute.Data;
using MoE.Compute.Experts;
using Xunit;

namespace MoE.Actors.Tests.Serialization;

public sealed class GateLogSerializerTests() : TestKit(Hocon.Read("akka.hocon"))
{
    private const string ModelBytes =
        "0100000000000000" + "0500000000000000732e637376"
        + "01000000000000007902000000000000000100000000000000610000000000000000010000000000"
        + "000062010000000000000040000000000000000800000000000000feffffffffffffff40000000000000000400000000"
        + "000000000000402aa9333f000000a09999a93f0200000000000000010000000000000065000000000000000003000000"
        + "000000006d6c70010000000000000072010000000000000004000000000000006665726e";

    private static readonly ModelCreated Model = new(
        1,
        "s.csv",
        new Schema([new Column("a", ColumnKind.Numeric), new Column("b", ColumnKind.Categorical)], "y"),
        new MixtureOptions { Seed = -2, Pool = [new("e", ExpertRole.Shared, "mlp"), new("r", ExpertRole.Routed, "fern")] });

    private static readonly RowBatch Rows = new()
    {
        Values = [1.5f, float.NaN],
        Targets = [0],
        NewTerms = [new Term(Term.Class, "up")],
        NextOffset = 3,
        Refusals = [new Refusal(2, "no")],
    };

    private static readonly Dictionary<string, (IGateEvent Event, string Bytes)> Stored = new()
    {
        ["moe.model-created.1"] = (Model, ModelBytes),
        ["moe.epoch-started.1"] = (new EpochStarted(7), "0700000000000000"),
        ["moe.batches-accepted.1"] = (
            new BatchesAccepted(5, [Rows]),
            "05000000000000000100000000000000030000000000000002000000000000000000c03f0000c0ff0100000000000000"
            + "000000000100000000000000ffffffffffffffff02000000000000007570010000000000000002000000000000000200"
            + "0000000000006e6f"),
        ["moe.expert-frozen.1"] = (new ExpertFrozen("e", 9, "?"), "010000000000000065" + "0900000000000000" + "01000000000000003f"),
        ["moe.checkpoint-completed.1"] = (
            new CheckpointCompleted(8, 512, 3, 2, Model, [new ExpertFrozen("e", 9, "?")], [new ExpertImage("r", 8)]),
            "0800000000000000000200000000000003000000000000000200000000000000"
            + ModelBytes
            + "0100000000000000010000000000000065090000000000000001000000000000003f0100000000000000010000000000"
            + "0000720800000000000000"),
    };

    public static TheoryData<string> Manifests => [.. Stored.Keys];

    [Theory]
    [MemberData(nameof(Manifests))]
    public void Bytes_written_by_version_1_still_read(string manifest)
    {
        var (e, bytes) = Stored[manifest];
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
        List<RowBatch> batches = [];
        while (source.Read(16) is { } rows)
            batches.Add(rows);
        var e = new BatchesAccepted(1, batches);
        var read = (BatchesAccepted)Serializer.FromBinary(Serializer.ToBinary(e), Serializer.Manifest(e));
        Assert.Equivalent(e, read, strict: true);
    }

    [Fact]
    public void Broken_bytes_are_an_error_and_never_another_event() => Gen.Byte.Array[0, 80].Sample(bytes =>
    {
        foreach (var manifest in Stored.Keys)
            try
            {
                var e = Serializer.FromBinary(bytes, manifest);
                Assert.Equal(bytes.Length, Serializer.ToBinary(e).Length);
            }
            catch (Exception e) when (e is InvalidDataException or ModelException)
            {
            }
    });

    [Fact]
    public void An_event_of_a_newer_version_is_refused_with_a_way_out()
    {
        var error = Assert.Throws<ModelException>(() => Serializer.FromBinary([], "moe.expert-split.1"));
        Assert.Equal("'moe.expert-split.1' was written by a newer version of moe; start that version or a later one.", error.Message);
    }

    [Fact]
    public void What_has_no_format_of_its_own_is_never_stored()
    {
        Assert.IsType<GateLogSerializer>(Sys.Serialization.FindSerializerFor(new EpochStarted(1)));
        Assert.IsType<StateImageSerializer>(Sys.Serialization.FindSerializerFor(new StateImage(default)));
        var refusing = Sys.Serialization.FindSerializerFor(new Uri("http://localhost"));
        Assert.Throws<NotSupportedException>(() => refusing.ToBinary(new Uri("http://localhost")));
    }

    [Fact]
    public void An_image_is_its_bytes()
    {
        var serializer = new StateImageSerializer((ExtendedActorSystem)Sys);
        var image = new StateImage(new byte[] { 1, 2, 3 });
        Assert.Equal([1, 2, 3], serializer.ToBinary(image));
        Assert.Equal("moe.image.1", serializer.Manifest(image));
        Assert.Equal([1, 2, 3], ((StateImage)serializer.FromBinary([1, 2, 3], "moe.image.1")).Bytes.ToArray());
        Assert.Throws<ModelException>(() => serializer.FromBinary([1], "moe.image.2"));
    }

    private GateLogSerializer Serializer => new((ExtendedActorSystem)Sys);
}
