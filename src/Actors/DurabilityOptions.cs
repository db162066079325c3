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

    /// <summary>
    /// Bytes of batches kept for experts that have to catch up; half of it forces a checkpoint, all of it holds the
    /// source until that is done. 1 or more. Default 64 MiB.
    /// </summary>
    public long KeptBytes { get; init; } = 64L << 20;

    /// <summary>Rows that may be learned before their write to the log is done. 1 or more. Default 16384.</summary>
    public int JournalAheadRows { get; init; } = 16384;

    /// <summary>Refuses values that the log cannot run with, naming every one that is wrong.</summary>
    /// <exception cref="InvalidOptionsException">At least one value is out of its range.</exception>
    public DurabilityOptions Validated()
    {
        List<string> problems = [];
        if (CheckpointInterval <= TimeSpan.Zero)
            problems.Add($"moe.checkpoint.interval is {CheckpointInterval}; it must be longer than 0.");
        if (KeptBytes < 1)
            problems.Add($"moe.checkpoint.kept-bytes is {KeptBytes}; it must be 1 or more.");
        if (JournalAheadRows < 1)
            problems.Add($"moe.journal.ahead-rows is {JournalAheadRows}; it must be 1 or more.");
        return problems.Count == 0 ? this : throw new InvalidOptionsException(problems);
    }
}
