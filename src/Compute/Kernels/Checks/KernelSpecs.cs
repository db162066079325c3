namespace MoE.Compute.Kernels.Checks;

/// <summary>The specifications by which every kernel is compared with its definition, a few for each kind.</summary>
public static class KernelSpecs
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "mlp input=z hidden=4 rate=0.05",
        "mlp input=hat hidden=20 rate=0.03",
        "mlp input=both hidden=8 optimizer=adam rate=0.01",
        "mlp input=hat hidden=8 optimizer=adam rate=0.01 average=0.01",
        "mlp input=z hidden=8 rate=0.03 average=0.02",
        "fern count=12 depth=3 rate=0.1",
        "fern count=70 depth=1 rate=0.05",
        "fern count=1 depth=14 rate=1",
        "cross bits=8 rate=0.05 pairs=300 bins=64",
        "cross bits=10 rate=0.5 pairs=4 bins=3",
        "cross bits=12 rate=0.05 pairs=0",
        "deep input=z hidden=20 second=40 rate=0.003 minibatch=7",
        "deep input=both hidden=33 second=5 optimizer=sgd rate=0.1 minibatch=16",
        "deep input=hat hidden=5 second=12 minibatch=1",
        "memory size=16 near=1 wide=4",
        "memory input=rank size=40 near=3 wide=10",
        "memory size=100 near=8 wide=50",
    ];
}
