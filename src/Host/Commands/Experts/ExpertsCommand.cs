using System.CommandLine;

namespace MoE.Host.Commands.Experts;

/// <summary>The verbs of <c>moe experts</c>.</summary>
internal static class ExpertsCommand
{
    /// <summary>The verbs, to look at a stored model's experts and to change them.</summary>
    public static Command Create() => new("experts", "Shows and changes the experts of a stored model.")
    {
        ListCommand.Create(),
        ChangeCommand.Create("add", "Takes a new expert into the pool: a fresh one of a kind, or a copy of one.",
            "add mlp hidden=32 --role routed"),
        ChangeCommand.Create("freeze", "Has an expert predict without learning.", "freeze fern-10"),
        ChangeCommand.Create("thaw", "Has an expert learn again.", "thaw fern-10"),
        ChangeCommand.Create("retire", "Takes an expert out of the pool.", "retire memory-4000"),
        ChangeCommand.Create("promote", "Has a routed expert see every row.", "promote bank-1"),
        ChangeCommand.Create("demote", "Has a shared expert see only the rows for which it is chosen.",
            "demote cross"),
        ChangeCommand.Create("rename", "Gives an expert another id.", "rename bank-2 second"),
        KindsCommand.Create(),
    };
}
