namespace MoE.Compute.Experts;

/// <summary>The router's numbering of its experts: routed ones are slots 0, 1, 2, ... in the pool's order.</summary>
public static class RoutedSlots
{
    /// <summary>Slot of each expert by place in the pool; -1 for a shared one.</summary>
    public static int[] Of(IEnumerable<ExpertSpec> pool)
    {
        var next = 0;
        return [.. pool.Select(spec => spec.Role == ExpertRole.Routed ? next++ : -1)];
    }
}
