using CsCheck;
using MoE.Compute.Experts;
using MoE.Compute.Rosters;
using Xunit;

namespace MoE.Compute.Tests.Rosters;

public sealed class RosterTextTests
{
    private static readonly Gen<string> Id = Gen.String[Gen.Char["abc019-"], 1, 8]
        .Where(id => !id.StartsWith("--", StringComparison.Ordinal));

    private static readonly Gen<string> NewId = Gen.Select(Gen.Char["abc"], Id, (first, rest) => $"{first}{rest}");

    private static readonly Gen<string> Reason = Gen.String[Gen.Char["ab \"#=-"], 1, 12]
        .Where(text => text.Trim().Length > 0 && text.Trim() == text && !text.StartsWith("--", StringComparison.Ordinal));

    private static readonly Gen<RosterCommand> Command = Gen.OneOf(
        Id.Select(id => (RosterCommand)new FreezeExpert(id)),
        Id.Select(id => (RosterCommand)new ThawExpert(id)),
        Id.Select(id => (RosterCommand)new RetireExpert(id)),
        Id.Select(id => (RosterCommand)new PromoteExpert(id)),
        Id.Select(id => (RosterCommand)new DemoteExpert(id)),
        Gen.Select(Id, NewId, (id, name) => (RosterCommand)new RenameExpert(id, name)),
        Gen.Select(NewId.Null(), Gen.Enum<ExpertRole>().Nullable(), Id, Gen.Float[0f, 1f], Gen.Long.Nullable(), Gen.Bool)
            .Select((id, role, parent, noise, seed, frozen) => (RosterCommand)new AddExpert
            {
                Id = id,
                Role = role,
                CloneOf = parent,
                Noise = noise,
                Seed = seed,
                Mode = frozen ? ExpertMode.Frozen : ExpertMode.Learning,
            }),
        Gen.Select(Gen.Int[1, 8192], NewId.Null(), (hidden, id) =>
            (RosterCommand)new AddExpert { Text = $"mlp hidden={hidden} rate=0.1", Id = id }));

    [Fact]
    public void A_command_is_read_as_it_was_written() =>
        Gen.Select(Command, Reason.Null()).Sample((command, reason) =>
        {
            command = reason is null ? command : command with { Reason = reason };
            List<string> problems = [];
            Assert.Equal(command, RosterText.Parse(RosterText.Of(command), problems));
            Assert.Empty(problems);
        });

    [Theory]
    [InlineData("add mlp --id a --role routed")]
    [InlineData("add --id=a mlp --role=routed")]
    [InlineData("  add   mlp --role \"routed\" --id a   # why not")]
    public void Order_spaces_quotes_and_comments_do_not_matter(string line) => Assert.Equal(
        new AddExpert { Id = "a", Text = "mlp", Role = ExpertRole.Routed }, RosterText.Parse(line, []));

    [Theory]
    [InlineData("", "a command is missing; known are add, freeze, thaw, retire, promote, demote, rename.")]
    [InlineData("kill a", "unknown command 'kill'; known are add, freeze, thaw, retire, promote, demote, rename.")]
    [InlineData("add", "add needs a kind (mlp, deep, cross, fern, memory), or --clone with an expert.")]
    [InlineData("add mpl",
        "Expert 'mpl' (mpl): unknown kind 'mpl'; known are mlp, deep, cross, fern, memory.")]
    [InlineData("add fern depth=99 --id deep",
        "Expert 'deep' (fern depth=99): depth is '99'; it must be a whole number from 1 to 14.")]
    [InlineData("add mlp --id Big",
        "an expert cannot be called 'Big'; an id is 1 to 64 of a-z, 0-9 and '-', starting with a letter.")]
    [InlineData("add mlp --id 3", "an expert cannot be called '3'; an id is 1 to 64 of a-z, 0-9 and '-', starting")]
    [InlineData("add mlp --id -a", "an expert cannot be called '-a'; an id is 1 to 64 of a-z, 0-9 and '-', starting")]
    [InlineData("rename a 3", "an expert cannot be called '3'; an id is 1 to 64 of a-z, 0-9 and '-', starting")]
    [InlineData("add mlp --role both", "--role is 'both'; it must be shared, routed or archived.")]
    [InlineData("add --clone a --noise 2", "--noise is '2'; it must be a number from 0 to 1.")]
    [InlineData("add mlp --noise 0.5", "--noise is for copies; give --clone too.")]
    [InlineData("add mlp --seed x", "--seed is 'x'; it must be a whole number.")]
    [InlineData("add mlp --frozen=yes", "--frozen takes no value.")]
    [InlineData("add mlp --id --frozen", "--id needs a value.")]
    [InlineData("add mlp --id a --id b", "--id is given twice.")]
    [InlineData("add mlp --frozn", "unknown option '--frozn' of add. Did you mean '--frozen'?")]
    [InlineData("freeze a --seed 1", "unknown option '--seed' of freeze.")]
    [InlineData("freeze", "freeze needs one expert, by its id or its number in the list, and nothing else.")]
    [InlineData("retire a b", "retire needs one expert, by its id or its number in the list, and nothing else.")]
    [InlineData("rename a", "rename needs an expert and its new id, and nothing else.")]
    [InlineData("freeze a --reason \"\"", "--reason has 0 letters; it must have 1 to 500.")]
    [InlineData("freeze \"a", "a quotation does not end; write \"...\", and \"\" for a quotation mark in it.")]
    public void What_is_wrong_is_said_with_what_is_allowed(string line, string problem)
    {
        List<string> problems = [];
        Assert.Null(RosterText.Parse(line, problems));
        Assert.StartsWith(problem, problems[0], StringComparison.Ordinal);
    }

    [Fact]
    public void All_problems_of_a_line_are_told_at_once()
    {
        List<string> problems = [];
        RosterText.Parse("add mlp hiden=3 --role x --seed y --nois 1", problems);
        Assert.Equal(4, problems.Count);
    }
}
