using Akka.Actor;
using Akka.TestKit.Xunit2;
using CsCheck;
using MoE.Actors.Devices;
using MoE.Actors.Expert;
using MoE.Actors.Gate;
using MoE.Actors.Serialization;
using MoE.Compute.Batches;
using MoE.Compute.Data;
using MoE.Compute.Encoding;
using MoE.Compute.Experts;
using MoE.Compute.Rosters;
using MoE.Compute.Scoring;
using Xunit;
using static MoE.Actors.Expert.ExpertCommands;
using static MoE.Actors.Expert.ExpertReplies;
using static MoE.Actors.Gate.GateProducers;
using static MoE.Actors.Gate.GateQueries;

namespace MoE.Actors.Tests.Serialization;

/// <summary>
/// The bytes of every message that may leave its process. They are in <c>Golden/messages.txt</c>, a manifest and its
/// bytes a line, and never change: another layout is another manifest.
/// </summary>
public sealed class MessageSerializerTests() : TestKit(Patient.Read("akka.hocon", "persistence.memory.hocon"))
{
    private static readonly Member Member = new(3, "e-3", new ExpertSpec("e", ExpertRole.Routed, "mlp input=z hidden=8"))
    {
        Mode = ExpertMode.Frozen,
        Since = 5,
        HeardFrom = 6,
        Seed = 7,
        Parent = 1,
        Noise = 0.5f,
        NoiseSeed = 8,
    };

    private static readonly Schema Schema =
        new([new Column("a", ColumnKind.Numeric), new Column("b", ColumnKind.Categorical)], "y");

    private static readonly RosterChange Change = new(5, RosterAction.Added, Member, "?");

    private static readonly Roster Pool = new([Member], 4);

    private static readonly Scores Scores = new(9, 1, 2, 50, 25, 12.5, -3, 0.5);

    private static readonly TrainingBatch Batch = new(
        new FeatureBatch
        {
            Number = 5,
            Rows = 2,
            Numeric = 1,
            Categorical = 1,
            Names = 3,
            Z = [1.5f, -1],
            Rank = [0.25f, float.NaN],
            Category = [0, -1],
            GateFeatures = [],
            GateFeatureCount = 0,
        },
        new Labels([0, 1], new AnswerShape([1, 1], 16)));

    private static readonly RowBatch Rows = new()
    {
        Values = [1.5f, 1, float.NaN, 0],
        Targets = [0, 1],
        NewTerms = [new Term(Term.Class, "up")],
        NextOffset = 4,
        Refusals = [new Refusal(2, 7, "no")],
    };

    private static readonly BatchOutcome Outcome = new(Scores, Pool, [2], [Change])
    {
        Drifts = ["fell"],
        Rows = Rows,
        Predictions = new Predictions(5, [0, -1], [.. new float[32]], 16)
        {
            ClassNames = ["up"],
            Roster = Pool,
            Changes = [Change],
            Drifts = ["fell"],
        },
    };

    private static readonly IWireMessage[] Messages =
    [
        new ToExpert(new ExpertId("m", "e-3"), new SaveImage(1, 2)),
        new StartExpert(new ExpertDefinition(new ExpertId("m", "e-3"), "model-m-expert-e-3", "plugin", Member, Schema, 4)),
        StopExpert.Instance,
        new Restore(1, 2) { Device = "cuda:0", InitialState = new InitialState(Member, new byte[] { 1, 2, 3 }) },
        new ProcessRows(1, Batch, [1]) { Learns = false },
        new SaveImage(1, 2),
        new CloneState(1, 2),
        new TakeSnapshot(1, 2, 3),
        new TakeFingerprint(1),
        new Started(3),
        new Restored(3, 1),
        new Answered(3, 1, 5, [-0.5f, -1]),
        new Failed(3, 5, "?"),
        new RestoreFailed(3, 1, "?", IsDamage: true),
        new ImageSaved(3, 5, 4),
        new ImageFailed(3, 5, "?", IsDiskFull: true),
        new Cloned(4, InitialState.OnDevice),
        new SnapshotTaken(3, 1, 5, new ExpertSnapshot(null, new byte[] { 1, 2, 3 }, 2)),
        new FingerprintTaken(3, "90ab"),
        new BeginProducer(new SourceId(SourceKind.File, "s.csv", "d1", 600)),
        Go.Instance,
        new OfferRows(Rows, [new FreezeExpert("e") { Reason = "?" }]),
        new EndProducer(IsBroken: true),
        new BatchLearned(Outcome),
        new ProducerEnded(EndCause.OfModel("?")),
        new GetProgress(SourceId.Named("s")),
        new SourceProgress(5, 4, 9, [new Term(1, "x")], "?")
        {
            Device = new DeviceStatus("cuda:0", "card", ["mlp"], 2, TimeSpan.FromTicks(30)) { Refusals = ["full"] },
        },
        new ChangePool(new AddExpert { Text = "fern", Role = ExpertRole.Shared, Noise = 0.5f, Seed = -2 }),
        new PoolChanged(Change, null),
        new GetReport(),
        new MixtureReport(Scores, [new ExpertScore("e", 50, 25) { WeightShare = 12.5 }], 3, "90ab", Pool)
        {
            Devices = ["cpu"],
        },
        new Close(),
    ];

    private MessageSerializer Serializer => new((ExtendedActorSystem)Sys);

    [Fact]
    public void Every_message_has_the_bytes_that_it_always_had()
    {
        var lines = Messages.Select(m => $"{Serializer.Manifest(m)} {Convert.ToHexStringLower(Serializer.ToBinary(m))}");
        Assert.Equal(File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Golden", "messages.txt")), lines);
    }

    [Fact]
    public void Every_message_comes_back_as_it_was()
    {
        foreach (var message in Messages)
        {
            var bytes = Serializer.ToBinary(message);
            var again = Serializer.FromBinary(bytes, Serializer.Manifest(message));
            Assert.IsType(message.GetType(), again);
            Assert.Equal(bytes, Serializer.ToBinary(again));
            Assert.IsType<MessageSerializer>(Sys.Serialization.FindSerializerFor(message));
        }
    }

    [Fact]
    public void Every_message_between_actors_either_has_a_format_or_says_that_it_stays_in_the_process()
    {
        var messages = typeof(IWireMessage).Assembly.GetTypes().Where(type => type is { IsClass: true, IsAbstract: false }
            && (typeof(IWireMessage).IsAssignableFrom(type)
                || type.DeclaringType is { IsAbstract: true, IsSealed: true, Name: var name }
                && (name.EndsWith("Commands", StringComparison.Ordinal) || name.EndsWith("Replies", StringComparison.Ordinal)
                    || name.EndsWith("Queries", StringComparison.Ordinal)
                    || name.EndsWith("Producers", StringComparison.Ordinal)))
            && !typeof(IGateCommand).IsAssignableFrom(type)).ToList();
        var withFormat = Messages.Select(message => message.GetType()).ToHashSet();
        Assert.All(messages, type => Assert.True(
            withFormat.Contains(type) ^ typeof(INoSerializationVerificationNeeded).IsAssignableFrom(type), type.FullName));
        Assert.True(messages.Count > Messages.Length);
    }

    [Fact]
    public void Whatever_the_bytes_of_a_message_they_are_read_or_refused_as_damaged()
    {
        var good = Messages.Select(m => (Manifest: Serializer.Manifest(m), Bytes: Serializer.ToBinary(m))).ToArray();
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Int[0, 1 << 20], Gen.Byte, Gen.Bool).Sample((which, at, value, cuts) =>
        {
            var (manifest, bytes) = good[which];
            if (bytes.Length == 0)
                return true;
            var damaged = cuts ? bytes[..(at % bytes.Length)] : (byte[])bytes.Clone();
            if (!cuts)
                damaged[at % bytes.Length] = value;
            try
            {
                return Serializer.FromBinary(damaged, manifest) is IWireMessage;
            }
            catch (InvalidDataException)
            {
                return true;
            }
        });
    }

    [Theory]
    [InlineData(float.NaN, 0.5f, 0, "a z-score that is not finite was found")]
    [InlineData(0f, 1f, 0, "a rank outside [0, 1) was found")]
    [InlineData(0f, float.NegativeInfinity, 0, "a rank outside [0, 1) was found")]
    [InlineData(0f, 0.5f, 4096, "a category outside [-1, 4096) was found")]
    [InlineData(0f, 0.5f, -2, "a category outside [-1, 4096) was found")]
    public void No_number_reaches_an_expert_that_no_encoder_gives(float z, float rank, int category, string finding)
    {
        var batch = new TrainingBatch(
            new FeatureBatch
            {
                Number = 1,
                Rows = 1,
                Numeric = 1,
                Categorical = 1,
                Z = [z],
                Rank = [rank],
                Category = [category],
                GateFeatures = [],
                GateFeatureCount = 0,
            },
            new Labels([0], new AnswerShape([1], 16)));
        var bytes = Serializer.ToBinary(new ProcessRows(1, batch, null));
        var error = Assert.Throws<InvalidDataException>(() => Serializer.FromBinary(bytes, "moe.process-rows.1"));
        Assert.Contains(finding, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_of_a_later_version_is_refused_by_name()
    {
        var error = Assert.Throws<InvalidDataException>(() => Serializer.FromBinary([], "moe.start-expert.9"));
        Assert.Equal("A message 'moe.start-expert.9' is unknown to this version of moe.", error.Message);
    }

    [Fact]
    public void What_predicts_stays_in_its_process()
    {
        var expert = Models.NewExpert(Models.Options.Pool[0]);
        Assert.Throws<InvalidOperationException>(() => Serializer.ToBinary(
            new SnapshotTaken(3, 1, 5, new ExpertSnapshot(expert.Snapshot(2), default, 2))));
    }

    [Fact]
    public void Rows_whose_source_numbers_the_names_come_with_the_names_that_they_have_and_no_others()
    {
        var names = new NameList();
        foreach (var text in (string[])["old", "x", "y"])
            names.Add(new Term(1, text));
        names.Add(new Term(Term.Class, "gone"));
        names.Add(new Term(Term.Class, "up"));
        var rows = new RowBatch
        {
            Values = [7, 2, 8, RowBatch.SharedCategory - 5, 9, float.NaN],
            Targets = [1, 1, RowBatch.NoClass],
            NextOffset = 3,
            Names = names.SoFar,
        };
        var sent = Assert.IsType<OfferRows>(Serializer.FromBinary(
            Serializer.ToBinary(new OfferRows(rows, [])), "moe.offer-rows.1")).Rows;
        Assert.Equal([7, 0, 8, RowBatch.SharedCategory - 5, 9, float.NaN], sent.Values);
        Assert.Equal([0, 0, RowBatch.NoClass], sent.Targets);
        Assert.Equal([new Term(1, "y"), new Term(Term.Class, "up")],
            new NameTranslator(Schema, 8).Translate(sent, new Vocabulary(), "s").NewTerms);
    }
}
