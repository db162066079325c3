namespace MoE.Compute.Kernels;

/// <summary>Numbers of four items that one thread computes side by side: none waits for another's memory.</summary>
internal struct Four<T> where T : unmanaged
{
    /// <summary>One of each item.</summary>
    public T A, B, C, D;
}
