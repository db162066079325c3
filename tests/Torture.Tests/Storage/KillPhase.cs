namespace MoE.Torture.Tests.Storage;

/// <summary>What a kill interrupted.</summary>
internal enum KillPhase
{
    /// <summary>Before the life wrote its first event: start of the process, opening files, reading the log.</summary>
    Start,

    /// <summary>After its epoch began and before its first new batch was stored: loading and walking again.</summary>
    Recovery,

    /// <summary>Between two checkpoints.</summary>
    Learning,

    /// <summary>Images of a checkpoint were stored, the event that completes it was not.</summary>
    Checkpoint,

    /// <summary>A checkpoint was complete, and not all that it makes dispensable was deleted.</summary>
    Truncation,
}
