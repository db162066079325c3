using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace MoE.Actors.Tests.Losses;

/// <summary>Hears the warnings and errors of an actor system, which a user reads on standard error.</summary>
public sealed class WarningLog : UntypedActor, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    private static readonly ConcurrentDictionary<string, TaskCompletionSource<IReadOnlyList<string>>> Asked = [];

    private readonly List<string> _heard = [];

    /// <summary>Has a system tell this what it warns of.</summary>
    internal static Config Config { get; } = ConfigurationFactory.ParseString(
        $"akka.loglevel = WARNING, akka.loggers = [\"{typeof(WarningLog).AssemblyQualifiedName}\"]");

    /// <summary>All that a system warned of until now.</summary>
    internal static async Task<IReadOnlyList<string>> HeardAsync(ActorSystem system)
    {
        var question = $"what was heard before {Guid.NewGuid()}";
        var answer = Asked.GetOrAdd(question, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
        system.Log.Warning("{0}", question);
        return await answer.Task;
    }

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case InitializeLogger:
                Sender.Tell(new LoggerInitialized());
                break;
            case LogEvent e when Asked.TryRemove($"{e.Message}", out var asked):
                asked.SetResult([.. _heard]);
                break;
            case LogEvent e when e.LogClass?.Namespace?.StartsWith("Akka.Persistence", StringComparison.Ordinal) != true:
                _heard.Add($"{e.Message}");
                break;
        }
    }
}
