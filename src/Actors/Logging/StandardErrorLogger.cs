using Akka.Actor;
using Akka.Dispatch;
using Akka.Event;
using MoE.Compute;

namespace MoE.Actors.Logging;

/// <summary>Writes Akka's log to standard error, one line an event: standard output is for results.</summary>
public sealed class StandardErrorLogger : UntypedActor, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case InitializeLogger:
                Sender.Tell(new LoggerInitialized());
                break;
            case LogEvent e when IsOfAStore(e):
                break;                                       // the gate hears of it too, and says what it comes to
            case LogEvent e:
                var cause = e.Cause is null ? "" : $" ({RootCause.Of(e.Cause).Message})";
                Console.Error.WriteLine(
                    PlainText.OneLine($"{Level(e)}: {e.Message}{cause}".ReplaceLineEndings(" ")));
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>Writes a warning where there is no system of actors yet.</summary>
    public static void Warn(string text) => Console.Error.WriteLine($"warning: {text}");

    // A store that is lost fails for every expert at once, and Akka's plugins tell of each failure, often twice.
    private static bool IsOfAStore(LogEvent e) =>
        e.LogClass?.Namespace?.StartsWith("Akka.Persistence", StringComparison.Ordinal) == true;

    private static string Level(LogEvent e) => e.LogLevel() switch
    {
        LogLevel.ErrorLevel => "error",
        LogLevel.WarningLevel => "warning",
        LogLevel.InfoLevel => "info",
        _ => "debug",
    };
}
