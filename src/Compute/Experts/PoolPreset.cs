namespace MoE.Compute.Experts;

/// <summary>A pool to start with that has a name.</summary>
public enum PoolPreset
{
    /// <summary>The pool of <see cref="DefaultPool"/>.</summary>
    Default,

    /// <summary>The pool of <see cref="GpuPool"/>.</summary>
    Gpu,
}
