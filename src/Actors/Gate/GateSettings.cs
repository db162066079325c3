using MoE.Actors.Storage;
using MoE.Actors.Storage.Marks;
using MoE.Actors.Telemetry;
using MoE.Compute;
using MoE.Compute.Data;

namespace MoE.Actors.Gate;

/// <summary>What a gate is made of. Its log is <c>model-NAME</c>.</summary>
internal sealed record GateSettings(string Name, Schema Schema, MixtureOptions Options, DurabilityOptions Durability)
{
    /// <summary>Done when nothing that was written to the log can be lost any more, not even by a power cut.</summary>
    public Func<Task> SettleLog { get; init; } = () => Task.CompletedTask;

    /// <summary>What the store knows of the log from outside it.</summary>
    public LogEvidence Evidence { get; init; } = LogEvidence.None;

    /// <summary>Notes how far the log is acknowledged.</summary>
    public Action<Acknowledged> Acknowledge { get; init; } = _ => { };

    /// <summary>What the store finds damaged in the log's files, in one sentence each.</summary>
    public Func<IReadOnlyList<string>> LogDamages { get; init; } = () => [];

    /// <summary>The plugins that write log and images.</summary>
    public StorePlugins Plugins { get; init; } = StorePlugins.Default;

    /// <summary>Takes what is to be measured.</summary>
    public GateTelemetry Telemetry { get; init; } = new("", TimeProvider.System);
}
