namespace MoE.Compute.Data.Csv;

/// <summary>FNV-1a, 32 bits (Fowler, Noll, Vo): the same on every machine and in every version.</summary>
internal static class StableHash
{
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var hash = 2166136261u;
        foreach (var b in bytes)
            hash = (hash ^ b) * 16777619u;
        return hash;
    }
}
