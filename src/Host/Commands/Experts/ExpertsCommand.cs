using System.CommandLine;

namespace MoE.Host.Commands.Experts;

/// <summary>The verbs of <c>moe experts</c>.</summary>
internal static class ExpertsCommand
{
    /// <summary>The commands that list and change the experts of a stored model.</summary>
    public static Command Create() => new("experts", "Lists and changes the experts of a stored model.")
    {
        ListCommand.Create(),
        ChangeCommand.Create("add", "Adds an expert to the pool: a new one, or a copy.",
            "add mlp hidden=32 --role routed"),
        ChangeCommand.Create("freeze", "Freezes an expert: it predicts, but no longer learns.", "freeze fern-10"),
        ChangeCommand.Create("thaw", "Lets a frozen expert learn again.", "thaw fern-10"),
        ChangeCommand.Create("retire", "Removes an expert from the pool.", "retire memory-4000"),
        ChangeCommand.Create("promote", "Makes a routed expert shared: it sees every row.", "promote bank-1"),
        ChangeCommand.Create("demote", "Makes a shared expert routed: it sees the rows that are routed to it.",
            "demote cross"),
        ChangeCommand.Create("rename", "Changes the id of an expert.", "rename bank-2 second"),
        KindsCommand.Create(),
    };
}
