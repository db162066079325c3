namespace MoE.Compute.Experts;

/// <summary>Whether copies of an expert are worth keeping in the archive.</summary>
internal enum ArchiveRank
{
    /// <summary>They are not: what it knows of an earlier time is soon of no use, or costs too much to keep.</summary>
    Never,

    /// <summary>They are, where no expert of the pool is preferred.</summary>
    Allowed,

    /// <summary>They are, before those of others.</summary>
    Preferred,
}
