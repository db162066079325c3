using System.CommandLine;
using MoE.Compute;
using MoE.Compute.Experts;
using MoE.Compute.Rosters;

namespace MoE.Host.Commands.Experts;

/// <summary>What can be said behind a verb that changes the pool; <see cref="RosterText"/> reads it.</summary>
internal sealed class ChangeOptions(string verb)
{
    private readonly Option<bool> _frozen = new("--frozen") { Description = "It predicts, and does not learn yet." };

    private readonly Option<string> _reason = TextOption.Of("--reason", "TEXT", "Why, to be kept with the change.");

    private readonly IReadOnlyList<Option<string>> _ofNewExpert = verb != "add" ? [] :
    [
        TextOption.Of("--id", "ID", "Its id. Default: its kind's or its parent's name, and a number."),
        TextOption.Of("--role", "shared|routed|archived",
            "Which rows it sees. Default: that of the expert it is a copy of; else shared."),
        TextOption.Of("--clone", "ID", "The expert of which it is to be a copy, by its id or its number in the list."),
        TextOption.Of("--noise", "S", "Standard deviation of noise on the copy's weights, 0 to 1. Default: 0."),
        TextOption.Of("--seed", "N", "Where its random numbers come from. Default: the model's seed."),
    ];

    /// <summary>What stands behind the verb.</summary>
    public Argument<string[]> Words { get; } = verb switch
    {
        "add" => Argument("KIND", "A kind with its options, as in 'mlp hidden=32'; see 'moe experts kinds'. Kinds are "
            + $"{string.Join(", ", ExpertKinds.Names)}."),
        "rename" => Argument("ID", "The expert, by its id or its number in the list, and its new id."),
        _ => Argument("ID", "The expert, by its id or its number in the list."),
    };

    /// <summary>All options but those of the store, in the order of the help.</summary>
    public IEnumerable<Option> All => verb == "add" ? [.. _ofNewExpert, _frozen, _reason] : [_reason];

    /// <summary>The command that a line means.</summary>
    /// <exception cref="InvalidOptionsException">It is none; every problem is named.</exception>
    public RosterCommand Read(ParseResult line)
    {
        List<string> problems = [];
        var command = RosterText.Read(
        [
            verb,
            .. line.GetValue(Words) ?? [],
            .. _ofNewExpert.Append(_reason).Where(option => line.GetValue(option) is not null)
                .Select(option => $"{option.Name}={line.GetValue(option)}"),
            .. verb == "add" && line.GetValue(_frozen) ? (string[])[_frozen.Name] : [],
        ], problems);
        return command ?? throw new InvalidOptionsException(problems);
    }

    private static Argument<string[]> Argument(string name, string help) => new(name) { Description = help };
}
