namespace MoE.Compute.Experts;

/// <summary>The experts that are worth a GPU's time; on a CPU they compute the same, slowly.</summary>
public static class GpuPool
{
    private const int Bank = 256;

    /// <summary>The shared experts of the default pool, bigger networks beside them, and a wide bank.</summary>
    public static IReadOnlyList<ExpertSpec> Experts { get; } =
    [
        .. DefaultPool.Experts.Where(expert => expert.Role == ExpertRole.Shared),
        new("deep", ExpertRole.Shared, "deep input=both hidden=256 second=256 optimizer=adam rate=0.001 minibatch=8"),
        new("deep-wide", ExpertRole.Shared, "deep input=both hidden=1024 second=1024 rate=0.0003 minibatch=32"),
        .. Enumerable.Range(1, Bank).Select(i => new ExpertSpec(
            $"bank-{i}", ExpertRole.Routed, "mlp input=z hidden=64 optimizer=sgd rate=0.03")),
    ];
}
