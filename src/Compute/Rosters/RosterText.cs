using System.Globalization;
using MoE.Compute.Experts;
using MoE.Compute.Rosters.Scripts;

namespace MoE.Compute.Rosters;

/// <summary>
/// Commands on the pool as they are written, on a command line as in a script:
/// <c>add KIND [option=value ...] [--id ID] [--role shared|routed|archived] [--clone ID] [--noise S] [--seed N]
/// [--frozen]</c>,
/// <c>freeze ID</c>, <c>thaw ID</c>, <c>retire ID</c>, <c>promote ID</c>, <c>demote ID</c>, <c>rename ID NEW</c>, each
/// with <c>--reason "text"</c> if one is to be kept. A copy needs no KIND.
/// </summary>
public static class RosterText
{
    private const int LongestReason = 500;
    private const string Reason = "--reason";

    private static readonly string[] AddOptions =
        ["--id", "--role", "--clone", "--noise", "--seed", "--frozen!", Reason];

    /// <summary>The first words that there are.</summary>
    public static IReadOnlyList<string> Verbs { get; } =
        ["add", "freeze", "thaw", "retire", "promote", "demote", "rename"];

    /// <summary>Reads a line; null, and one problem or more, if it is not a command.</summary>
    public static RosterCommand? Parse(string line, ICollection<string> problems)
    {
        ArgumentNullException.ThrowIfNull(line);
        return QuotedWords.Split(line, problems) is { } words ? Read(words, problems) : null;
    }

    /// <summary>Reads a line that is split into words already.</summary>
    public static RosterCommand? Read(IReadOnlyList<string> words, ICollection<string> problems)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(problems);
        if (words is not [var verb, ..] || !Verbs.Contains(verb))
        {
            problems.Add(words.Count == 0
                ? $"a command is missing; known are {string.Join(", ", Verbs)}."
                : $"unknown command '{words[0]}'; known are {string.Join(", ", Verbs)}.");
            return null;
        }
        var before = problems.Count;
        var given = new CommandWords(verb, [.. words.Skip(1)], verb == "add" ? AddOptions : [Reason], problems);
        var command = verb == "add" ? Add(given, problems) : Change(verb, given, problems);
        if (given[Reason] is { } reason)
        {
            if (reason.Trim().Length is 0 or > LongestReason)
                problems.Add($"{Reason} has {reason.Trim().Length} letters; it must have 1 to {LongestReason}.");
            command = command is null ? null : command with { Reason = reason.Trim() };
        }
        return problems.Count == before ? command : null;
    }

    /// <summary>The command as a line that <see cref="Parse"/> reads.</summary>
    public static string Of(RosterCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        var words = command switch
        {
            AddExpert add => Words(add),
            FreezeExpert(var id) => ["freeze", id],
            ThawExpert(var id) => ["thaw", id],
            RetireExpert(var id) => ["retire", id],
            PromoteExpert(var id) => ["promote", id],
            DemoteExpert(var id) => ["demote", id],
            RenameExpert(var id, var name) => ["rename", id, name],
            _ => throw new ArgumentOutOfRangeException(nameof(command), command, "The pool knows no such command."),
        };
        string[] reason = command.Reason == RosterCommand.NoReason ? [] : [Reason, command.Reason];
        return string.Join(' ', words.Concat(reason).Select(QuotedWords.Write));
    }

    private static RosterCommand? Change(string verb, CommandWords given, ICollection<string> problems)
    {
        var ids = verb == "rename" ? 2 : 1;
        if (given.Plain.Count != ids)
        {
            problems.Add(ids == 2 ? "rename needs an expert and its new id, and nothing else."
                : $"{verb} needs one expert, by its id or its number in the list, and nothing else.");
            return null;
        }
        var id = given.Plain[0];
        return verb switch
        {
            "freeze" => new FreezeExpert(id),
            "thaw" => new ThawExpert(id),
            "retire" => new RetireExpert(id),
            "promote" => new PromoteExpert(id),
            "demote" => new DemoteExpert(id),
            _ => new RenameExpert(id, Id(given.Plain[1], problems)!),
        };
    }

    private static AddExpert Add(CommandWords given, ICollection<string> problems)
    {
        var text = given.Plain.Count == 0 ? null : string.Join(' ', given.Plain);
        if (text is null && given["--clone"] is null)
            problems.Add($"add needs a kind ({string.Join(", ", ExpertKinds.Names)}), or --clone with an expert.");
        if (given["--noise"] is not null && given["--clone"] is null)
            problems.Add("--noise is for copies; give --clone too.");
        var add = new AddExpert
        {
            Id = Id(given["--id"], problems),
            Text = text,
            Role = Read(given["--role"], "--role", "shared, routed or archived", problems, Role),
            CloneOf = given["--clone"],
            Noise = Read(given["--noise"], "--noise", "a number from 0 to 1", problems, Noise) ?? 0f,
            Seed = Read(given["--seed"], "--seed", "a whole number", problems, Seed),
            Mode = given["--frozen"] is null ? ExpertMode.Learning : ExpertMode.Frozen,
        };
        List<string> ofKind = [];
        if (text is not null)
            ExpertKinds.Check(new ExpertSpec(add.Id ?? given.Plain[0], ExpertRole.Shared, text), ofKind);
        foreach (var problem in ofKind)
            problems.Add(problem);
        return add;
    }

    private static IEnumerable<string> Words(AddExpert add) =>
    [
        "add",
        .. add.Text?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [],
        .. Option("--id", add.Id),
        .. Option("--role", add.Role is { } role ? role.ToString().ToLowerInvariant() : null),
        .. Option("--clone", add.CloneOf),
        .. Option("--noise", add.Noise == 0f ? null : add.Noise.ToString(CultureInfo.InvariantCulture)),
        .. Option("--seed", add.Seed?.ToString(CultureInfo.InvariantCulture)),
        .. add.Mode == ExpertMode.Frozen ? (string[])["--frozen"] : [],
    ];

    private static string[] Option(string name, string? value) => value is null ? [] : [name, value];

    private static string? Id(string? id, ICollection<string> problems)
    {
        if (id is not null && ExpertKinds.IdProblem(id) is { } problem)
            problems.Add($"an expert cannot be called '{id}'; {problem}");
        return id;
    }

    private static ExpertRole? Role(string text) => text switch
    {
        "shared" => ExpertRole.Shared,
        "routed" => ExpertRole.Routed,
        "archived" => ExpertRole.Archived,
        _ => null,
    };

    private static float? Noise(string text) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && value is >= 0f and <= 1f ? value : null;

    private static long? Seed(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static T? Read<T>(
        string? text, string name, string allowed, ICollection<string> problems, Func<string, T?> read)
        where T : struct
    {
        if (text is null)
            return null;
        var value = read(text);
        if (value is null)
            problems.Add($"{name} is '{text}'; it must be {allowed}.");
        return value;
    }
}
