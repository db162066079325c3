namespace MoE.Compute.Tests;

/// <summary>What a piece of work allocates.</summary>
internal static class Allocations
{
    /// <summary>
    /// Bytes by which a thread's count of what it allocated may be too high when a collection comes between: less than the smallest
    /// object for each of 1,000 rows.
    /// </summary>
    public const long Unknown = 20_000;

    /// <summary>Bytes that this thread allocates while it does the work, too high by less than <see cref="Unknown"/>.</summary>
    public static long Of(Action work)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        work();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
