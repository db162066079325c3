using MoE.Actors.Storage.Postgres;
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
    /// <summary>Folder of the journal and the checkpoints. Default null: none.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>
    /// Connection string, in Npgsql's form, of the PostgreSQL database that holds them instead. Default null: none.
    /// </summary>
    public string? PostgresConnection { get; init; }

    /// <summary>
    /// Name of the model in the store: 1 to 64 of a-z, 0-9 and '-', starting with a letter. Default "default".
    /// </summary>
    public string Model { get; init; } = "default";

    /// <summary>Whether the model outlives the process.</summary>
    public bool IsDurable => DataDirectory is not null || PostgresConnection is not null;

    /// <summary>
    /// Whether a model may be there already: where it is not, one begins. A database may have one as long as nobody
    /// has asked it.
    /// </summary>
    public bool MayHoldModel => PostgresConnection is not null
        || (DataDirectory is { } path && Storage.DataDirectory.HasModel(path));

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
        if (PostgresConnection is not null && PostgresAddress.Problem(PostgresConnection) is { } problem)
            problems.Add(problem);
        if (PostgresConnection is not null && DataDirectory is not null)
            problems.Add($"moe.data-dir is '{DataDirectory}', and moe.postgres.connection is given too; "
                + "a model has one store: leave out one of the two.");
        if (!IsName(Model))
            problems.Add($"moe.model is '{Model}'; it must be 1 to 64 of a-z, 0-9 and '-', starting with a letter.");
        if (CheckpointInterval <= TimeSpan.Zero)
            problems.Add($"moe.checkpoint.interval is {CheckpointInterval}; it must be longer than 0.");
        if (KeptBytes < 1)
            problems.Add($"moe.checkpoint.kept-bytes is {KeptBytes}; it must be 1 or more.");
        if (JournalAheadRows < 1)
            problems.Add($"moe.journal.ahead-rows is {JournalAheadRows}; it must be 1 or more.");
        return problems.Count == 0 ? this : throw new InvalidOptionsException(problems);
    }

    /// <summary>The name of the type alone: the connection string holds a password.</summary>
    public override string ToString() => nameof(DurabilityOptions);

    internal static bool IsName(string? text) => text is [>= 'a' and <= 'z', ..] and { Length: <= 64 }
        && text.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');
}
