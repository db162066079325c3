using MoE.Compute.Experts;
using MoE.Compute.Rosters;
using Xunit;

namespace MoE.Compute.Tests.Rosters;

public sealed class RosterRulesTests
{
    private const long Seed = 3;

    private static readonly Roster Pool = Roster.Of(new MixtureOptions
    {
        Seed = Seed,
        Pool =
        [
            new("fern", ExpertRole.Shared, "fern count=8 depth=3"),
            new("bank-1", ExpertRole.Routed, "mlp hidden=16"),
        ],
    });

    public static TheoryData<RosterCommand, string> Refused => new()
    {
        { new AddExpert(), "The new expert has no kind; known are mlp, deep, cross, fern, memory." },
        { new AddExpert { Text = "tree" },
            "Expert 'tree-2' (tree): unknown kind 'tree'; known are mlp, deep, cross, fern, memory." },
        { new AddExpert { Text = "mlp", Id = "fern" }, "There is an expert 'fern' already; give another id." },
        { new AddExpert { Text = "mlp", Id = "A b" },
            "An expert cannot be called 'A b'; an id is 1 to 64 of a-z, 0-9 and '-', starting with a letter." },
        { new AddExpert { Text = "mlp", Id = "3" },
            "An expert cannot be called '3'; an id is 1 to 64 of a-z, 0-9 and '-', starting with a letter." },
        { new RenameExpert("fern", "-a"),
            "An expert cannot be called '-a'; an id is 1 to 64 of a-z, 0-9 and '-', starting with a letter." },
        { new FreezeExpert("id:1"), "There is no expert 'id:1'. There is 'fern', 'bank-1'." },
        { new AddExpert { CloneOf = "fren" }, "There is no expert 'fren'. Did you mean 'fern'?" },
        { new AddExpert { CloneOf = "fern", Text = "mlp" },
            "A copy of 'fern' is 'fern count=8 depth=3' like it, not 'mlp'; leave it out." },
        { new AddExpert { CloneOf = "fern", Noise = float.NaN }, "The noise is NaN; it must lie in [0, 1]." },
        { new FreezeExpert("3"), "There is no expert '3'. There is 'fern', 'bank-1'." },
        { new RetireExpert("fern"),
            "Expert 'fern' is the last that sees every row; add another shared one first, and let it see a batch." },
        { new DemoteExpert("1"),
            "Expert 'fern' is the last that sees every row; add another shared one first, and let it see a batch." },
        { new RenameExpert("fern", "bank-1"), "There is an expert 'bank-1' already; give another id." },
    };

    public static TheoryData<RosterCommand> Holding =>
    [
        new ThawExpert("fern"), new PromoteExpert("fern"), new DemoteExpert("bank-1"), new RenameExpert("fern", "fern"),
    ];

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_command_that_breaks_a_rule_is_refused_in_words(RosterCommand command, string reason)
    {
        var decision = Pool.Decide(command, 9, Seed);
        Assert.Null(decision.Change);
        Assert.Equal(reason, decision.Refusal);
    }

    [Theory]
    [MemberData(nameof(Holding))]
    public void A_command_that_holds_already_changes_nothing(RosterCommand command) =>
        Assert.Equal(new RosterDecision(null, null), Pool.Decide(command, 9, Seed));

    [Fact]
    public void A_fresh_expert_is_shared_and_learns_and_is_called_after_its_kind_and_number()
    {
        var added = Change(Pool, new AddExpert { Text = "mlp hidden=16", Reason = "why not" });
        Assert.Equal((9L, RosterAction.Added, "why not"), (added.From, added.Action, added.Reason));
        Assert.Equal(new ExpertSpec("mlp-2", ExpertRole.Shared, "mlp hidden=16"), added.Member.Spec);
        Assert.Equal((2L, "mlp-2.2", 9L, 10L, ExpertMode.Learning), (added.Member.Key, added.Member.Origin,
            added.Member.Since, added.Member.HeardFrom, added.Member.Mode));
    }

    [Fact]
    public void A_copy_takes_kind_role_and_structure_from_its_parent_and_a_number_of_its_own()
    {
        var copy = Change(Pool, new AddExpert { CloneOf = "2" }).Member;
        var grown = Pool.With(Change(Pool, new AddExpert { CloneOf = "2" }));
        var second = Change(grown, new AddExpert { CloneOf = "bank-1-2" }).Member;
        Assert.Equal(("bank-1-2", ExpertRole.Routed, "mlp hidden=16"), (copy.Spec.Id, copy.Spec.Role, copy.Spec.Text));
        Assert.Equal((1L, Pool[1].Seed), (copy.Parent!.Value, copy.Seed));
        Assert.Equal(("bank-1-3", 2L, Pool[1].Seed), (second.Spec.Id, second.Parent!.Value, second.Seed));
        Assert.NotEqual(copy.NoiseSeed, second.NoiseSeed);
    }

    [Fact]
    public void An_id_of_an_earlier_version_that_is_a_number_too_is_told_from_it()
    {
        var old = new Roster(
            [Member(0, "fern"), Member(1, "3"), Member(2, "cross"), Member(3, "4"), Member(4, "-a")], 5);
        Assert.Equal(["cross", "4", "-a", "3", "fern"],
            ((string[])["cross", "4", "id:-a", "id:3", "1"]).Select(name => old.Find(name)!.Spec.Id));
        Assert.Null(old.Find("3"));
        Assert.Equal("'3' is the id of one expert and the number of another, 'cross'; write id:3 or cross.",
            old.Decide(new FreezeExpert("3"), 9, Seed).Refusal);
        Assert.Equal(1L, Change(old, new RenameExpert("id:3", "third")).Member.Key);
        Assert.All(old.Members, member => Assert.Same(member, old.Find(Roster.NameOf(member))));
    }

    [Theory]
    [InlineData("3", "fern-3-9")]
    [InlineData("-a", "fern-a-9")]
    [InlineData("-8", "fern-9")]
    [InlineData("--", "fern-9")]
    public void A_copy_of_an_expert_with_such_an_id_has_one_that_begins_with_a_letter(string id, string copy)
    {
        var old = new Roster([Member(0, "fern"), Member(8, id) with { Parent = 0 }], 9);
        Assert.Equal(copy, Change(old, new AddExpert { CloneOf = $"id:{id}" }).Member.Spec.Id);
    }

    [Fact]
    public void A_number_is_never_given_twice()
    {
        var roster = Pool.With(Change(Pool, new AddExpert { Text = "mlp" }));
        roster = roster.With(Change(roster, new RetireExpert("mlp-2")));
        Assert.Equal("mlp-3", Change(roster, new AddExpert { Text = "mlp" }).Member.Spec.Id);
    }

    [Fact]
    public void A_reserve_that_is_woken_is_heard_from_the_batch_after()
    {
        var roster = Pool.With(Change(Pool, new AddExpert { CloneOf = "fern", Mode = ExpertMode.Reserve }));
        var woken = roster.Decide(new FreezeExpert("fern-2"), 30, Seed).Change!;
        Assert.Equal((ExpertMode.Frozen, 31L), (woken.Member.Mode, woken.Member.HeardFrom));
        Assert.False(roster[2].IsHeard(99));
        Assert.True(roster.With(woken)[2].IsHeard(31));
    }

    [Fact]
    public void An_archived_expert_never_learns_until_it_is_something_else()
    {
        var roster = Pool.With(Change(Pool, new AddExpert { CloneOf = "fern", Role = ExpertRole.Archived }));
        Assert.Equal(ExpertMode.Frozen, roster[2].Mode);
        Assert.Equal("Expert 'fern-2' is archived, and archived experts do not learn; promote or demote it first.",
            roster.Decide(new ThawExpert("fern-2"), 9, Seed).Refusal);
        roster = roster.With(Change(roster, new PromoteExpert("fern-2")));
        Assert.Equal(ExpertMode.Learning, Change(roster, new ThawExpert("fern-2")).Member.Mode);
    }

    [Fact]
    public void Slots_are_the_routed_members_that_answer_in_their_order()
    {
        var roster = Pool.With(Change(Pool, new AddExpert { CloneOf = "bank-1", Mode = ExpertMode.Reserve }));
        roster = roster.With(Change(roster, new AddExpert { CloneOf = "bank-1" }));
        Assert.Equal([1, 3], roster.Routed);
        Assert.Equal([-1, 0, -1, 1], Enumerable.Range(0, 4).Select(roster.SlotOf));
        var demoted = roster.With(Change(roster, new AddExpert { CloneOf = "fern", Role = ExpertRole.Routed }));
        Assert.Equal([1, 3, 4], demoted.Routed);
    }

    private static RosterChange Change(Roster roster, RosterCommand command) => roster.Decide(command, 9, Seed).Change!;

    private static Member Member(long key, string id) =>
        new(key, id, new ExpertSpec(id, ExpertRole.Shared, "fern count=8 depth=3"));
}
