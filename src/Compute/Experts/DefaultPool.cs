namespace MoE.Compute.Experts;

/// <summary>The experts that a mixture starts with when nothing else is said.</summary>
public static class DefaultPool
{
    /// <summary>Strong learners that see every row, and a bank of small specialists.</summary>
    public static IReadOnlyList<ExpertSpec> Experts { get; } =
    [
        Shared("mlp-hat", "mlp input=hat hidden=64 optimizer=sgd rate=0.1"),
        Shared("mlp-averaged", "mlp input=z hidden=64 optimizer=adam rate=0.003 average=0.003"),
        Shared("fern-5", "fern count=128 depth=5 rate=0.1"),
        Shared("fern-10", "fern count=128 depth=10 rate=0.05"),
        Shared("cross", "cross bits=18 rate=0.05 pairs=300 bins=16"),
        Shared("memory-500", "memory input=rank size=500 near=8 wide=50"),
        Shared("memory-1000", "memory size=1000 near=8 wide=50"),
        Shared("memory-4000", "memory size=4000 near=8 wide=64"),
        .. Enumerable.Range(1, 16).Select(i => new ExpertSpec(
            $"bank-{i}", ExpertRole.Routed, "mlp input=z hidden=16 optimizer=sgd rate=0.03")),
    ];

    private static ExpertSpec Shared(string id, string text) => new(id, ExpertRole.Shared, text);
}

/// <summary>A pool to start with that has a name.</summary>
public enum PoolPreset
{
    /// <summary>The pool of <see cref="DefaultPool"/>.</summary>
    Default,

    /// <summary>The pool of <see cref="GpuPool"/>.</summary>
    Gpu,
}
