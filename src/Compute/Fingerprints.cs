using System.Security.Cryptography;
using MoE.Compute.Files;

namespace MoE.Compute;

/// <summary>Hashes over the numbers of a mixture's parts.</summary>
public static class Fingerprints
{
    /// <summary>The hash of what a part saves.</summary>
    public static string Of(Action<StateWriter> save)
    {
        ArgumentNullException.ThrowIfNull(save);
        var image = new StateWriter();
        save(image);
        return image.Fingerprint();
    }

    /// <summary>The hash of what a part has saved: the first 16 hexadecimal digits of its SHA-256.</summary>
    public static string Of(ReadOnlySpan<byte> image) => Digits(SHA256.HashData(image));

    /// <summary>
    /// One hash out of the parts' in their order: gate encoding, gate mixing, then the experts by place in the pool.
    /// </summary>
    public static string Combine(IEnumerable<string> parts) =>
        Digits(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(string.Join('\n', parts))));

    private static string Digits(byte[] hash) => Convert.ToHexStringLower(hash[..8]);
}
