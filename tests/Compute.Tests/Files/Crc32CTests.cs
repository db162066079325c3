using CsCheck;
using MoE.Compute.Files;
using Xunit;

namespace MoE.Compute.Tests.Files;

public sealed class Crc32CTests
{
    /// <summary>RFC 3720, appendix B.4: the checksums are given there as bytes, the lowest first.</summary>
    public static TheoryData<string, byte[], uint> Published { get; } = new()
    {
        { "32 bytes of zeros", new byte[32], 0x8A9136AA },
        { "32 bytes of ones", [.. Enumerable.Repeat((byte)0xFF, 32)], 0x62A8AB43 },
        { "32 bytes rising", [.. Enumerable.Range(0, 32).Select(i => (byte)i)], 0x46DD794E },
        { "32 bytes falling", [.. Enumerable.Range(0, 32).Select(i => (byte)(31 - i))], 0x113FDB5C },
        { "an iSCSI read command", Convert.FromHexString(
            "01C00000000000000000000000000000" + "14000000000004000000001400000018" + "28000000000000000200000000000000"),
            0xD9963A56 },
        { "the check value of the catalogues", "123456789"u8.ToArray(), 0xE3069283 },
        { "nothing", [], 0 },
    };

    [Theory]
    [MemberData(nameof(Published))]
    public void The_checksum_is_the_published_one(string what, byte[] bytes, uint checksum) =>
        Assert.True(checksum == Crc32C.Of(bytes), $"{what}: {Crc32C.Of(bytes):X8}, and {checksum:X8} was expected");

    [Fact]
    public void It_is_the_remainder_by_the_polynomial_bit_by_bit() =>
        Gen.Byte.Array[0, 100].Sample(bytes => Assert.Equal(BitByBit(bytes), Crc32C.Of(bytes)), iter: 2000);

    [Fact]
    public void Going_on_over_parts_gives_the_checksum_of_the_whole() =>
        Gen.Byte.Array[0, 50].Array[0, 6].Sample(parts => Assert.Equal(
            Crc32C.Of(parts.SelectMany(p => p).ToArray()),
            parts.Aggregate(Crc32C.Empty, (sum, part) => Crc32C.Append(sum, part))), iter: 2000);

    [Fact]
    public void Every_single_changed_byte_changes_it() =>
        Gen.Select(Gen.Byte.Array[1, 200], Gen.Int[0, int.MaxValue], Gen.Byte[1, 255]).Sample((bytes, at, change) =>
        {
            var before = Crc32C.Of(bytes);
            bytes[at % bytes.Length] ^= change;
            Assert.NotEqual(before, Crc32C.Of(bytes));
        }, iter: 2000);

    private static uint BitByBit(byte[] bytes)
    {
        var rest = uint.MaxValue;
        foreach (var b in bytes)
        {
            rest ^= b;
            for (var bit = 0; bit < 8; bit++)
                rest = (rest >> 1) ^ ((rest & 1) * 0x82F63B78u);
        }
        return ~rest;
    }
}
