using System.CommandLine;
using MoE.Host.Commands.Evaluate;
using MoE.Host.Commands.Experts;
using MoE.Host.Commands.Measures;
using MoE.Host.Commands.Predict;
using MoE.Host.Commands.Stored;
using MoE.Host.Terminal;

namespace MoE.Host.Commands;

/// <summary>The whole program.</summary>
internal static class MoeProgram
{
    /// <summary>Runs the command that <paramref name="args"/> name over the standard streams.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        Screen.Open();
        return Screen.Close(await MoeCommandLine.RunAsync(Commands(), args));
    }

    /// <summary>All commands, in the order of the help.</summary>
    public static RootCommand Commands() => new("An online-learning mixture of experts.")
    {
        EvaluateCommand.Create(),
        PredictCommand.Create(),
        InspectCommand.Create(),
        ExpertsCommand.Create(),
        DevicesCommand.Create(),
        ExportCommand.Create(),
        ImportCommand.Create(),
        BenchCommand.Create(),
        SelftestCommand.Create(),
    };
}
