namespace MoE.Compute.Data;

/// <summary>Sources for callers that have a thread to wait on.</summary>
public static class WaitingForRows
{
    /// <summary>As <see cref="IRowSource.ReadAsync"/>; the thread waits.</summary>
    public static RowBatch? Read(this IRowSource source, int rows)
    {
        ArgumentNullException.ThrowIfNull(source);
        var read = source.ReadAsync(rows);
        return read.IsCompletedSuccessfully ? read.Result : read.AsTask().GetAwaiter().GetResult();
    }

    /// <summary>As <see cref="IRowSource.SkipToAsync"/>; the thread waits.</summary>
    public static void SkipTo(this IRowSource source, long offset)
    {
        ArgumentNullException.ThrowIfNull(source);
        source.SkipToAsync(offset).AsTask().GetAwaiter().GetResult();
    }
}
