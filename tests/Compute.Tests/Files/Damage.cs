using System.Buffers.Binary;
using CsCheck;
using Xunit;

namespace MoE.Compute.Tests.Files;

/// <summary>What can happen to an image: flipped bits, a number in place of another, an early or late end.</summary>
internal static class Damage
{
    private static readonly long[] Edges =
    [
        0, -1, 1, 2, 17, 1023, 1024, 1025, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue,
        .. new[] { double.NaN, double.PositiveInfinity, -1e300 }.Select(BitConverter.DoubleToInt64Bits),
    ];

    private static readonly Gen<long> Number = Gen.OneOf(
        Gen.Int[0, Edges.Length - 1].Select(i => Edges[i]), Gen.Double.Select(BitConverter.DoubleToInt64Bits),
        Gen.Long);

    /// <summary>Damaged copies of an image.</summary>
    public static Gen<byte[]> Of(byte[] image)
    {
        // counts and ranges stand at the beginning: half of the damage is done there
        var place = Gen.OneOf(Gen.Int[0, Math.Min(image.Length, 400) - 1], Gen.Int[0, image.Length - 1]);
        return Gen.OneOf(
            Gen.Select(place, Gen.Int[0, 7]).Array[1, 3].Select(flips => Changed(image, flips, Flip)),
            Gen.Select(Gen.OneOf(place, place.Select(at => at / 8 * 8)), Number).Array[1, 2].Select(numbers => Changed(image, numbers, Put)),
            place.Select(cut => image[..cut]),
            Gen.Byte.Array[1, 100].Select(more => (byte[])[.. image, .. more]));
    }

    /// <summary>The refusal that the loading of damaged bytes ends with; null where they are taken.</summary>
    public static string? Refusal(Action load)
    {
        try
        {
            load();
            return null;
        }
        catch (InvalidDataException e)
        {
            Assert.EndsWith(".", e.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("\n", e.Message, StringComparison.Ordinal);
            return e.Message;
        }
    }

    private static byte[] Changed<T>(byte[] image, T[] changes, Action<byte[], T> change)
    {
        var bytes = image.ToArray();
        foreach (var c in changes)
            change(bytes, c);
        return bytes;
    }

    private static void Flip(byte[] bytes, (int At, int Bit) flip) => bytes[flip.At] ^= (byte)(1 << flip.Bit);

    private static void Put(byte[] bytes, (int At, long Number) put)
    {
        if (put.At + 8 <= bytes.Length)
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(put.At), put.Number);
    }
}
