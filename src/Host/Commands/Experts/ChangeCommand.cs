using System.CommandLine;
using System.Globalization;
using MoE.Actors;
using MoE.Actors.Configuration;
using MoE.Compute;
using MoE.Compute.Experts;
using MoE.Compute.Rosters;
using MoE.Host.Terminal.Pool;

namespace MoE.Host.Commands.Experts;

/// <summary>A verb that changes the pool of a stored model.</summary>
internal static class ChangeCommand
{
    /// <summary>The verb with its options, its help and what it does.</summary>
    /// <param name="name">The verb.</param>
    /// <param name="help">What it does, in one sentence.</param>
    /// <param name="example">An example without the store.</param>
    public static Verb Create(string name, string help, string example)
    {
        var options = new ChangeOptions(name);
        var settings = new SettingsOptions("Folder of the model.");
        var verb = new Verb(name, help, $"moe experts {example} --data-dir my-model")
        {
            Needs = "an expert",
            Takes = "one expert",
        };
        verb.Add(options.Words, [.. options.All, .. settings.All]);
        verb.SetAction((line, cancel) => RunAsync(options.Read(line), settings.WithStore(line), cancel));
        return verb;
    }

    private static async Task<int> RunAsync(
        RosterCommand command, MoeSettings settings, CancellationToken cancel)
    {
        await using var mixture = await LocalMixture.OpenAsync(
            settings.Durability, settings.Mixture.Growth, settings.Compute, cancel);
        var change = await mixture.ChangeAsync(command, cancel);
        var roster = (await mixture.ReportAsync()).Roster;
        Console.Out.WriteLine(change is null
            ? $"nothing to do: '{RosterText.Of(command)}' is already in effect"
            : PlacedChange.Describe(change, roster.ParentIdOf(change.Member))
                + string.Create(CultureInfo.InvariantCulture, $" from batch {change.From:N0} on"));
        return ExitCode.Done;
    }
}

/// <summary>Arguments and options of a command that changes the pool; <see cref="RosterText"/> reads them.</summary>
internal sealed class ChangeOptions(string verb)
{
    private readonly Option<bool> _frozen = new("--frozen")
    {
        Description = "The expert predicts, but does not learn until it is thawed.",
    };

    private readonly Option<string> _reason = TextOption.Of("--reason", "TEXT", "Reason, stored with the change.");

    private readonly IReadOnlyList<Option<string>> _ofNewExpert = verb != "add" ? [] :
    [
        TextOption.Of("--id", "ID",
            "Id of the new expert. Default: its kind, or the id of the copied expert, and a number."),
        TextOption.Of("--role", "shared|routed|archived",
            "shared: sees every row; routed: sees the rows routed to it; archived: never learns. "
            + "Default: the role of the copied expert, else shared."),
        TextOption.Of("--clone", "ID", "Expert to copy, by id or by number in the list."),
        TextOption.Of("--noise", "S",
            "Standard deviation of the noise added to the weights of the copy, 0 to 1. Default: 0."),
        TextOption.Of("--seed", "N", "Seed of the expert's random numbers. Default: the seed of the model."),
    ];

    /// <summary>What follows the command.</summary>
    public Argument<string[]> Words { get; } = verb switch
    {
        "add" => Argument("KIND", "A kind with its options, as in 'mlp hidden=32'; see 'moe experts kinds'. Kinds: "
            + $"{string.Join(", ", ExpertKinds.Names)}."),
        "rename" => Argument("ID", "The expert, by id or by number in the list, followed by its new id."),
        _ => Argument("ID", "The expert, by id or by number in the list."),
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
