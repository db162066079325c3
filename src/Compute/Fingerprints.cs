using System.Security.Cryptography;

namespace MoE.Compute;

/// <summary>One hash out of those of a mixture's parts.</summary>
public static class Fingerprints
{
    /// <summary>Hashes the parts' fingerprints in their order: gate encoding, gate mixing, then the experts by place in the pool.</summary>
    public static string Combine(IEnumerable<string> parts) =>
        Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(string.Join('\n', parts)))[..8]);
}
