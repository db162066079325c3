using Akka.Actor;
using Akka.Dispatch;
using Akka.Event;

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
            case LogEvent e:
                var cause = e.Cause is null ? "" : $" ({e.Cause.GetBaseException().Message})";
                Console.Error.WriteLine($"{Level(e)}: {e.Message}{cause}");
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private static string Level(LogEvent e) => e.LogLevel() switch
    {
        LogLevel.ErrorLevel => "error",
        LogLevel.WarningLevel => "warning",
        LogLevel.InfoLevel => "info",
        _ => "debug",
    };
}
