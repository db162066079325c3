using MoE.Compute;

namespace MoE.Actors;

/// <summary>When a row of the log counts as stored.</summary>
public enum JournalSync
{
    /// <summary>On the disk: survives a power cut.</summary>
    Full,

    /// <summary>With the operating system: survives a kill of the process.</summary>
    Os,
}

/// <summary>Where a mixture is stored, and when.</summary>
public sealed record DurabilityOptions
{
    /// <summary>Folder of the journal and the checkpoints; null where nothing is to outlive the process.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>When a row counts as stored. Default <see cref="JournalSync.Full"/>.</summary>
    public JournalSync Sync { get; init; }

    /// <summary>Time between checkpoints, longer than 0. Default 5 s.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Refuses values that the log cannot run with, naming every one that is wrong.</summary>
    /// <exception cref="InvalidOptionsException">At least one value is out of its range.</exception>
    public DurabilityOptions Validated() => CheckpointInterval > TimeSpan.Zero ? this
        : throw new InvalidOptionsException([$"moe.checkpoint.interval is {CheckpointInterval}; it must be longer than 0."]);
}
