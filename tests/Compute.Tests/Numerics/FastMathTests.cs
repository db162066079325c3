using CsCheck;
using MoE.Compute.Numerics;
using Xunit;

namespace MoE.Compute.Tests.Numerics;

public sealed class FastMathTests
{
    /// <summary>Distance allowed between a result and the true value, in units of the float's last place.</summary>
    private const double Units = 2;

    [Fact]
    public void Exp_is_within_two_units_of_the_last_place() =>
        Gen.OneOf(Gen.Float[-87f, 88f], Gen.Float[-1f, 1f]).Sample(
            x => AssertNear(Math.Exp(x), FastMath.Exp(x)), iter: 100_000);

    [Fact]
    public void Log_is_within_two_units_of_the_last_place() =>
        Gen.OneOf(PositiveNormal, Gen.Float[0.5f, 2f]).Sample(
            x => AssertNear(Math.Log(x), FastMath.Log(x)), iter: 100_000);

    [Fact]
    public void Exp_of_nothing_is_exactly_one() => Assert.Equal(1f, FastMath.Exp(0f));

    [Fact]
    public void Log_of_one_is_exactly_nothing() => Assert.Equal(0f, FastMath.Log(1f));

    [Theory]
    [InlineData(-1e30f, -87f)]
    [InlineData(-100f, -87f)]
    [InlineData(float.NegativeInfinity, -87f)]
    [InlineData(89f, 88f)]
    [InlineData(1e30f, 88f)]
    [InlineData(float.PositiveInfinity, 88f)]
    public void Exp_takes_values_out_of_range_as_the_nearer_end(float x, float end) =>
        Assert.Equal(FastMath.Exp(end), FastMath.Exp(x));

    [Fact]
    public void All_widths_give_the_same_bits() =>
        Gen.Select(Gen.Float[-100f, 100f].Array[16], PositiveNormal.Array[16]).Sample((x, y) =>
        {
            Assert.Equal(Run<Pair<Pair<Lanes4>>>(x, y), Run<Lanes16>(x, y));
            Assert.Equal(Run<Pair<Lanes8>>(x, y), Run<Lanes16>(x, y));
            Assert.Equal(x.Select(v => BitConverter.SingleToInt32Bits(FastMath.Exp(v))), Run<Lanes16>(x, y)[..16]);
            Assert.Equal(y.Select(v => BitConverter.SingleToInt32Bits(FastMath.Log(v))), Run<Lanes16>(x, y)[16..]);
        }, iter: 1000);

    private static Gen<float> PositiveNormal =>
        Gen.Int[0x0080_0000, 0x7F7F_FFFF].Select(BitConverter.Int32BitsToSingle);

    private static int[] Run<L>(float[] x, float[] y) where L : struct, ILanes<L>
    {
        var result = new float[32];
        FastMath.Exp(L.Load(ref x[0], 0)).Store(ref result[0], 0);
        FastMath.Log(L.Load(ref y[0], 0)).Store(ref result[16], 0);
        return [.. result.Select(BitConverter.SingleToInt32Bits)];
    }

    private static void AssertNear(double expected, float actual)
    {
        var unit = (double)MathF.BitIncrement(MathF.Abs((float)expected)) - MathF.Abs((float)expected);
        Assert.InRange((actual - expected) / unit, -Units, Units);
    }
}
