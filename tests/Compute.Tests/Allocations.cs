namespace MoE.Compute.Tests;

/// <summary>What a piece of work allocates.</summary>
internal static class Allocations
{
    /// <summary>Times that the work is done.</summary>
    public const int Tries = 3;

    /// <summary>
    /// Bytes that this thread allocates while it does the work, the least of <see cref="Tries"/> times: a collection that comes
    /// between adds to the count what the thread did not take.
    /// </summary>
    public static long Of(Action work) => Enumerable.Range(0, Tries).Min(_ =>
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        work();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    });
}
