using MoE.Compute.Data;

namespace MoE.Compute.Experts;

/// <summary>The kinds of expert, by name.</summary>
public static class ExpertKinds
{
    /// <summary>A new expert that has seen nothing.</summary>
    public static IExpert Create(ExpertSpec spec, Schema schema, long seed) => throw new NotSupportedException("contract");

    internal static void Check(IReadOnlyList<ExpertSpec> pool, List<string> problems) => throw new NotSupportedException("contract");
}
