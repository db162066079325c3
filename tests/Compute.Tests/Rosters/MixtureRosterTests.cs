using MoE.Compute.Data;
using MoE.Compute.Experts;
using MoE.Compute.Rosters;
using MoE.Compute.Tests.Experts;
using MoE.Compute.Tests.Gating;
using Xunit;

namespace MoE.Compute.Tests.Rosters;

public sealed class MixtureRosterTests : IDisposable
{
    private const int Rows = 40;
    private const int Window = 3;

    private static readonly MixtureOptions Options = RowStream.Options with
    {
        Window = Window,
        Pool =
        [
            .. Pools.EveryKind.Cast<object[]>()
                .Select((kind, i) => new ExpertSpec($"shared-{i}", ExpertRole.Shared, (string)kind[0])),
            .. RowStream.Options.Pool.Where(e => e.Role == ExpertRole.Routed),
        ],
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("moe-roster-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<RosterCommand> Additions =>
    [
        new AddExpert { Text = "fern count=8 depth=3" },
        new AddExpert { CloneOf = "shared-0" },
        new AddExpert { CloneOf = "shared-2", Noise = 0.01f, Mode = ExpertMode.Frozen },
        new AddExpert { CloneOf = "shared-1", Mode = ExpertMode.Reserve },
        new AddExpert { CloneOf = "shared-0", Role = ExpertRole.Archived },
        new AddExpert { CloneOf = "bank-1", Noise = 0.01f },
        new AddExpert { Text = "mlp hidden=16", Role = ExpertRole.Routed },
    ];

    [Theory]
    [MemberData(nameof(Additions))]
    public void Old_experts_are_the_same_to_the_byte_and_predictions_until_the_newcomer_carries_weight(RosterCommand add)
    {
        var (batches, without, with) = (Batches(20), Learned(10), Learned(10));
        var newcomer = with.Change(add)!.Member;
        Assert.Equal(Experts(without), Experts(with).Where(e => e.Key != newcomer.Key));
        var quiet = newcomer.Spec.Role == ExpertRole.Routed ? Window : newcomer.Answers ? 1 : 10;
        foreach (var (i, rows) in batches.Skip(10).Index())
        {
            var (plain, grown) = (without.Learn(rows), with.Learn(rows));
            if (i < quiet)
                Assert.Equal(plain.Probabilities, grown.Probabilities);
        }
        Assert.Equal(newcomer is { Answers: true, Spec.Role: ExpertRole.Shared },
            without.Gate.Scores() != with.Gate.Scores() && newcomer.Spec.Role == ExpertRole.Shared);
        var shared = without.Roster.Members.Where(m => m.Spec.Role == ExpertRole.Shared).Select(m => m.Key).ToHashSet();
        Assert.Equal(
            Experts(without).Where(e => shared.Contains(e.Key)), Experts(with).Where(e => shared.Contains(e.Key)));
    }

    [Fact]
    public void A_frozen_expert_answers_and_stays_the_same_to_the_byte_and_goes_on_when_thawed()
    {
        var (mixture, stream) = (Learned(0), new RowStream(2, 1, 6, 1));
        mixture.Learn(stream.Next(4));                       // few of the classes and categories
        foreach (var member in mixture.Roster.Members)
            mixture.Change(new FreezeExpert(member.Spec.Id));
        mixture.Learn(stream.Next(Rows));
        var before = Experts(mixture);
        var learned = mixture.Gate.ExpertScores();
        for (var i = 0; i < 10; i++)
            mixture.Learn(stream.Next(Rows));
        Assert.Equal(before, Experts(mixture));
        Assert.NotEqual(learned, mixture.Gate.ExpertScores());
        mixture.Change(new ThawExpert("shared-0"));
        for (var i = 0; i < 10; i++)
            mixture.Learn(stream.Next(Rows));
        Assert.Equal(
            [mixture.Roster[0].Key], before.Keys.Where(key => Experts(mixture)[key] != before[key]));
    }

    [Fact]
    public void A_copy_without_noise_answers_as_its_parent_for_ever()
    {
        var mixture = Learned(10);
        var copies = mixture.Roster.Members.Where(m => m.Spec.Role == ExpertRole.Shared).ToList()
            .ConvertAll(m => (Parent: m.Key, mixture.Change(new AddExpert { CloneOf = m.Spec.Id })!.Member.Key));
        foreach (var rows in Batches(20).Skip(10))
            mixture.Learn(rows);
        Assert.All(copies, copy => Assert.Equal(Experts(mixture)[copy.Parent], Experts(mixture)[copy.Key]));
        var other = mixture.Change(new AddExpert { CloneOf = "shared-0", Noise = 0.1f })!.Member;
        mixture.Learn(Batches(21)[20]);
        Assert.NotEqual(Experts(mixture)[0], Experts(mixture)[other.Key]);
    }

    [Fact]
    public void A_retired_expert_is_asked_no_more_and_forgotten()
    {
        var mixture = Learned(10);
        foreach (var id in (string[])["shared-1", "bank-2", "bank-6"])
            mixture.Change(new RetireExpert(id));
        foreach (var rows in Batches(20).Skip(10))
            mixture.Learn(rows);
        Assert.Equal(Options.Pool.Count - 3, mixture.Gate.ExpertScores().Count);
        Assert.DoesNotContain(mixture.Gate.ExpertScores(), e => e.Id is "shared-1" or "bank-2" or "bank-6");
    }

    [Fact]
    public void With_all_routed_experts_gone_and_others_come_it_learns_on()
    {
        var mixture = Learned(10);
        foreach (var member in mixture.Roster.Members.Where(m => m.Spec.Role == ExpertRole.Routed))
            mixture.Change(new RetireExpert(member.Spec.Id));
        mixture.Change(new AddExpert { Text = "mlp hidden=16", Role = ExpertRole.Routed, Id = "late" });
        var loads = Batches(20).Skip(10).Select(rows => mixture.Learn(rows).Load().Single()).ToList();
        Assert.Equal([.. Enumerable.Repeat(0, Window), .. Enumerable.Repeat(Rows, 10 - Window)], loads);
    }

    [Fact]
    public void Promoted_and_demoted_experts_keep_their_numbers()
    {
        var mixture = Learned(10);
        mixture.Change(new PromoteExpert("bank-3"));
        mixture.Change(new DemoteExpert("shared-3"));
        mixture.Change(new RenameExpert("shared-3", "specialist"));
        var before = Experts(mixture);
        Assert.Equal(Experts(Learned(10)), before);
        foreach (var rows in Batches(20).Skip(10))
            mixture.Learn(rows);
        var score = mixture.Gate.ExpertScores();
        Assert.True(score.Single(e => e.Id == "bank-3").Share > 50);
        Assert.InRange(score.Single(e => e.Id == "specialist").Share, 50, 99);
    }

    [Fact]
    public void Saved_with_changes_before_and_after_the_last_batch_it_goes_on_to_the_same_bits()
    {
        var path = Path.Combine(_folder, "a.moe");
        var unbroken = Changed();
        var saved = Changed();
        saved.Save(path);
        var loaded = Mixture.Load(path, Options.Growth);
        Assert.Equal(saved.Roster.Members, loaded.Roster.Members);
        Assert.Equal(saved.Fingerprint(), loaded.Fingerprint());
        foreach (var rows in Batches(20).Skip(15))
            Assert.Equal(unbroken.Learn(rows).Probabilities, loaded.Learn(rows).Probabilities);
        Assert.Equal(unbroken.Fingerprint(), loaded.Fingerprint());

        static Mixture Changed()
        {
            var mixture = Learned(10);
            mixture.Change(new AddExpert { CloneOf = "shared-0", Noise = 0.01f });
            mixture.Change(new AddExpert { Text = "fern count=8 depth=3" });
            mixture.Change(new AddExpert { CloneOf = "bank-2", Noise = 0.1f });
            mixture.Change(new FreezeExpert("shared-1"));
            mixture.Change(new RetireExpert("bank-1"));
            foreach (var id in (string[])["shared-0", "shared-2", "shared-3"])
                mixture.Change(new AddExpert { CloneOf = id, Role = ExpertRole.Archived, Id = $"old-{id}" });
            foreach (var rows in Batches(15).Skip(10))
                mixture.Learn(rows);
            mixture.Change(new AddExpert { CloneOf = "shared-2", Mode = ExpertMode.Frozen });
            mixture.Change(new ThawExpert("shared-1"));
            mixture.Change(new RetireExpert("bank-2"));
            mixture.Change(new RetireExpert("old-shared-2"));
            mixture.Change(new PromoteExpert("bank-3"));
            return mixture;
        }
    }

    [Fact]
    public void Weights_of_all_experts_sum_to_one_and_newcomers_have_theirs()
    {
        var mixture = Learned(10);
        mixture.Change(new AddExpert { CloneOf = "shared-0", Role = ExpertRole.Archived, Id = "old" });
        Assert.Equal(0, mixture.Gate.ExpertScores().Single(e => e.Id == "old").WeightShare);
        foreach (var rows in Batches(20).Skip(10))
            mixture.Learn(rows);
        Assert.Equal(100, mixture.Gate.ExpertScores().Sum(e => e.WeightShare), 2);
        Assert.True(mixture.Gate.ExpertScores().Single(e => e.Id == "old").WeightShare > 0);
    }

    private static Dictionary<long, string> Experts(Mixture mixture)
    {
        var file = mixture.ToModelFile();
        return file.Roster.With(file.Progress.Changes.Where(c => c.Action == RosterAction.Renamed)).Members
            .Zip(file.Experts, (member, image) => (member.Key, Fingerprint: Fingerprints.Of(image.Span)))
            .ToDictionary(e => e.Key, e => e.Fingerprint);
    }

    private static Mixture Learned(int count)
    {
        var mixture = new Mixture(EncodedStream.SchemaOf(2, 1), Options);
        foreach (var rows in Batches(count))
            mixture.Learn(rows);
        return mixture;
    }

    private static List<RowBatch> Batches(int count)
    {
        var stream = new RowStream(2, 1, 3, 1);
        return [.. Enumerable.Range(0, count).Select(_ => stream.Next(Rows))];
    }
}
