using MoE.Compute.Data;
using MoE.Compute.Experts;
using MoE.Compute.Numerics;
using Xunit;

namespace MoE.Compute.Tests.Experts;

/// <summary>Small experts of every kind.</summary>
internal static class Pools
{
    public static TheoryData<string> EveryKind => [.. Texts];

    /// <summary>Their specifications.</summary>
    public static IReadOnlyList<string> Texts { get; } =
    [
        "mlp input=z hidden=20 optimizer=sgd rate=0.03",
        "mlp input=hat hidden=64 optimizer=sgd rate=0.1",
        "mlp input=both hidden=80 optimizer=sgd rate=0.03 average=0.01",
        "mlp input=z hidden=16 optimizer=adam rate=0.003 average=0.003",
        "deep input=z hidden=20 second=40 minibatch=8",
        "deep input=both hidden=70 second=33 optimizer=sgd rate=0.03 minibatch=13",
        "deep input=hat hidden=32 second=5 minibatch=1",
        "cross bits=10 rate=0.05 pairs=20 bins=16",
        "fern count=20 depth=6 rate=0.1",
        "fern count=17 depth=10 rate=0.05",
        "memory size=90 near=4 wide=20",
        "memory input=rank size=90 near=4 wide=20",
    ];

    /// <summary>One expert, in the widest vectors.</summary>
    public static IExpert Create(string text, Schema schema) => Create(text, schema, VectorWidth.Bits512);

    public static IExpert Create(string text, Schema schema, VectorWidth width)
    {
        var spec = new ExpertSpec("it", ExpertRole.Shared, text);
        return ExpertKinds.Of(spec).Create(spec, schema, seed: 5, width);
    }
}
