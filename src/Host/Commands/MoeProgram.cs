using System.CommandLine;
using System.Runtime;
using System.Runtime.InteropServices;
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
        // Commands are short and leave little behind, so a second collector would only take a core from the experts.
        GCSettings.LatencyMode = GCLatencyMode.Batch;
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

/// <summary>The first Ctrl-C or SIGTERM requests a stop; the second one ends the process at once.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _signals;

    public StopSignals() => _signals =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
    ];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var signal in _signals)
            signal.Dispose();
        _stop.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = !_stop.IsCancellationRequested;
        if (context.Cancel)
            _stop.Cancel();
    }
}
