using MoE.Actors.Storage.Marks;

namespace MoE.Actors.Storage;

/// <summary>
/// Where one model's log and checkpoints lie in a store, held against others until this is disposed of.
/// </summary>
internal interface IModelStore : IAsyncDisposable
{
    /// <summary>What it is called where a process has no other model; null where there is nothing to name.</summary>
    string? Name { get; }

    /// <summary>The same with the model's name.</summary>
    string FullName { get; }

    /// <summary>By what it is read and written.</summary>
    StorePlugins Plugins => StorePlugins.Default;

    /// <summary>Done, with the reason, when another process may take the model from now on; else never.</summary>
    Task<ModelException> Lost { get; }

    /// <summary>Done when nothing that was written to the log can be lost any more, not even by a power cut.</summary>
    Task SettleLogAsync() => Task.CompletedTask;

    /// <summary>
    /// What is known of the log from outside it. A database server answers for its own files, of which none can be cut
    /// short or put back alone, and so needs no mark beside the log.
    /// </summary>
    LogEvidence Evidence => LogEvidence.None;

    /// <summary>Notes how far the log is acknowledged, before anyone is told.</summary>
    /// <exception cref="ModelException">It cannot be noted.</exception>
    void Acknowledge(Acknowledged last)
    {
        // nothing to note where no mark is kept
    }

    /// <summary>What is damaged in the log's files, as the store finds it, in one sentence each.</summary>
    IReadOnlyList<string> LogDamages() => [];
}
