using CsCheck;
using MoE.Compute.Numerics;
using Xunit;

namespace MoE.Compute.Tests.Numerics;

public sealed class LanesTests
{
    private static readonly Gen<float[]> Block =
        Gen.OneOf(Gen.Float[-1e6f, 1e6f], Gen.Float[-1f, 1f], Gen.Int[-3, 3].Select(i => (float)i)).Array[16];

    /// <summary>Every operation, one lane at a time, in plain arithmetic.</summary>
    private static readonly Dictionary<string, Func<float, float, float, float>> Plain = new()
    {
        ["Fill"] = (_, _, _) => 0.1f,
        ["Load"] = (a, _, _) => a,
        ["+"] = (a, b, _) => a + b,
        ["-"] = (a, b, _) => a - b,
        ["*"] = (a, b, _) => a * b,
        ["/"] = (a, b, _) => a / b,
        ["MultiplyAdd"] = MathF.FusedMultiplyAdd,
        ["Max"] = (a, b, _) => a > b ? a : b,
        ["Min"] = (a, b, _) => a < b ? a : b,
        ["Sqrt"] = (a, _, _) => MathF.Sqrt(a),
        ["MaskPositive"] = (a, b, _) => a > 0f ? b : 0f,
        ["MaskDifferent"] = (a, b, c) => a != b ? c : 0f,
        ["AddBits"] = (a, b, _) => Of(Bits(a) + Bits(b)),
        ["AndBits"] = (a, b, _) => Of(Bits(a) & Bits(b)),
        ["ShiftBitsLeft"] = (a, _, _) => Of(Bits(a) << 5),
        ["ShiftBitsRight"] = (a, _, _) => Of(Bits(a) >>> 23),
        ["FromInteger"] = (a, _, _) => Bits(a),
    };

    public static TheoryData<string> Operations => [.. Plain.Keys];

    [Theory]
    [MemberData(nameof(Operations))]
    public void Every_width_computes_lane_by_lane(string operation) =>
        Gen.Select(Block, Block, Block).Sample((a, b, c) =>
        {
            var expected = Enumerable.Range(0, 16).Select(i => Plain[operation](a[i], b[i], c[i])).ToArray();
            AssertSame(expected, Run<Lanes16>(operation, a, b, c));
            AssertSame(expected, Run<Pair<Lanes8>>(operation, a, b, c));
            AssertSame(expected, Run<Pair<Pair<Lanes4>>>(operation, a, b, c));
            AssertSame(expected, Run<Lanes8>(operation, a, b, c));
            AssertSame(expected, Run<Pair<Lanes4>>(operation, a, b, c));
            AssertSame(expected, Run<Lanes4>(operation, a, b, c));
        }, iter: 200);

    [Fact]
    public void A_sum_adds_halves_until_one_lane_is_left_on_every_width() =>
        Block.Sample(a =>
        {
            AssertSame([SumOfHalves(a)], [
                Lanes16.Load(ref a[0], 0).Sum(), Pair<Lanes8>.Load(ref a[0], 0).Sum(),
                Pair<Pair<Lanes4>>.Load(ref a[0], 0).Sum()]);
            AssertSame([SumOfHalves(a[..8])], [Lanes8.Load(ref a[0], 0).Sum(), Pair<Lanes4>.Load(ref a[0], 0).Sum()]);
            AssertSame([SumOfHalves(a[..4])], [Lanes4.Load(ref a[0], 0).Sum()]);
        }, iter: 1000);

    [Fact]
    public void Four_sums_at_once_have_the_bits_of_each_alone() =>
        Gen.Select(Block, Block, Block, Block).Sample((a, b, c, d) =>
        {
            AssertSame([SumOfHalves(a), SumOfHalves(b), SumOfHalves(c), SumOfHalves(d)], Sums<Lanes16>(a, b, c, d));
            AssertSame(Sums<Lanes16>(a, b, c, d), Sums<Pair<Lanes8>>(a, b, c, d));
            AssertSame(Sums<Lanes16>(a, b, c, d), Sums<Pair<Pair<Lanes4>>>(a, b, c, d));
        }, iter: 1000);

    [Fact]
    public void Parts_are_joined_in_their_order_on_every_width() =>
        Block.Sample(a =>
        {
            AssertSame(a, Joined<Lanes16>(a));
            AssertSame(a, Joined<Pair<Lanes8>>(a));
            AssertSame(a, Joined<Pair<Pair<Lanes4>>>(a));
            AssertSame(a[..8], Joined<Pair<Lanes4>>(a));
        }, iter: 100);

    [Fact]
    public void The_greatest_lane_is_found_on_every_width() =>
        Block.Sample(a =>
        {
            AssertSame([a.Max()], [
                Lanes16.Load(ref a[0], 0).MaxAcross(), Pair<Lanes8>.Load(ref a[0], 0).MaxAcross(),
                Pair<Pair<Lanes4>>.Load(ref a[0], 0).MaxAcross()]);
            AssertSame([a[..8].Max()], [
                Lanes8.Load(ref a[0], 0).MaxAcross(), Pair<Lanes4>.Load(ref a[0], 0).MaxAcross()]);
            AssertSame([a[..4].Max()], [Lanes4.Load(ref a[0], 0).MaxAcross()]);
        }, iter: 1000);

    [Fact]
    public void Below_has_one_bit_per_lane_with_lane_0_lowest() =>
        Gen.Select(Block, Block).Sample((a, b) =>
        {
            var bits = Enumerable.Range(0, 16).Aggregate(0u, (m, i) => m | (a[i] < b[i] ? 1u << i : 0u));
            Assert.Equal(bits, Below<Lanes16>(a, b));
            Assert.Equal(bits, Below<Pair<Lanes8>>(a, b));
            Assert.Equal(bits, Below<Pair<Pair<Lanes4>>>(a, b));
            Assert.Equal(bits & 0xFF, Below<Lanes8>(a, b));
            Assert.Equal(bits & 0xFF, Below<Pair<Lanes4>>(a, b));
            Assert.Equal(bits & 0xF, Below<Lanes4>(a, b));
        }, iter: 1000);

    [Fact]
    public void Lanes_below_a_limit_are_packed_in_their_order_on_every_width() =>
        Gen.Select(Block, Block, Block).Sample((a, limit, other) =>
        {
            var below = Enumerable.Range(0, 16).Where(i => a[i] < limit[i]).ToArray();
            AssertPacked<Lanes16>(below, a, limit, other);
            AssertPacked<Pair<Lanes8>>(below, a, limit, other);
            AssertPacked<Pair<Pair<Lanes4>>>(below, a, limit, other);
        }, iter: 1000);

    [Fact]
    public void The_first_lane_is_exchanged_on_every_width() =>
        Gen.Select(Block, Block).Sample((a, b) =>
        {
            float[] expected = [a[0], .. b[1..]];
            AssertSame(expected, First<Lanes16>(a, b));
            AssertSame(expected, First<Pair<Lanes8>>(a, b));
            AssertSame(expected, First<Pair<Pair<Lanes4>>>(a, b));
            AssertSame(expected[..8], First<Lanes8>(a, b));
            AssertSame(expected[..4], First<Lanes4>(a, b));
        }, iter: 100);

    [Fact]
    public void Four_sums_in_order_add_lane_after_lane_of_what_is_equal() =>
        Gen.Select(Block, Block).Sample((a, b) =>
        {
            var rows = Enumerable.Range(0, 4).Select(i => Lanes4.WhereEqual(
                Lanes4.Load(ref a[4 * i], 0), Lanes4.Load(ref b[4 * i], 0), Lanes4.Load(ref a[4 * i], 0))).ToArray();
            var sums = new float[4];
            Lanes4.SumsInOrder(rows[0], rows[1], rows[2], rows[3]).Store(ref sums[0], 0);
            AssertSame([.. Enumerable.Range(0, 4).Select(i => Enumerable.Range(4 * i, 4)
                .Select(at => a[at] == b[at] ? a[at] : 0f).Aggregate((sum, value) => sum + value))], sums);
        }, iter: 1000);

    private static void AssertPacked<L>(int[] below, float[] a, float[] limit, float[] other)
        where L : struct, ILanes<L>
    {
        var (values, others) = (new float[16], new float[16]);
        var packed = L.PackBelow(
            L.Load(ref a[0], 0), L.Load(ref limit[0], 0), L.Load(ref other[0], 0), ref values[0], ref others[0]);
        Assert.Equal(below.Length, packed);
        Assert.Equal(below.Select(i => a[i]), values.Take(packed));
        Assert.Equal(below.Select(i => other[i]), others.Take(packed));
    }

    private static float[] First<L>(float[] a, float[] b) where L : struct, ILanes<L>
    {
        var first = new float[L.Count];
        L.FirstOf(L.Load(ref a[0], 0), L.Load(ref b[0], 0)).Store(ref first[0], 0);
        return first;
    }

    private static float[] Sums<L>(params float[][] blocks) where L : struct, ILanes<L>
    {
        var four = blocks.Select(block => L.Load(ref block[0], 0).Fold()).ToArray();
        var sums = new float[4];
        Lanes4.Sums(four[0], four[1], four[2], four[3]).Store(ref sums[0], 0);
        return sums;
    }

    private static float[] Joined<L>(float[] a) where L : struct, ILanes<L>
    {
        var joined = new float[L.Count];
        L.Join(Lanes4.Load(ref a[0], 0), Lanes4.Load(ref a[4], 0), Lanes4.Load(ref a[8], 0), Lanes4.Load(ref a[12], 0))
            .Store(ref joined[0], 0);
        return joined;
    }

    private static uint Below<L>(float[] a, float[] b) where L : struct, ILanes<L> =>
        L.Below(L.Load(ref a[0], 0), L.Load(ref b[0], 0));

    /// <summary>All 16 lanes, as many at a time as the width has.</summary>
    private static float[] Run<L>(string operation, float[] a, float[] b, float[] c) where L : struct, ILanes<L>
    {
        var result = new float[16];
        for (nuint i = 0; i < 16; i += (nuint)L.Count)
            Apply(operation, L.Load(ref a[0], i), L.Load(ref b[0], i), L.Load(ref c[0], i)).Store(ref result[0], i);
        return result;
    }

    private static L Apply<L>(string operation, L a, L b, L c) where L : struct, ILanes<L> => operation switch
    {
        "Fill" => L.Broadcast(0.1f),
        "Load" => a,
        "+" => a + b,
        "-" => a - b,
        "*" => a * b,
        "/" => a / b,
        "MultiplyAdd" => L.MultiplyAdd(a, b, c),
        "Max" => L.Max(a, b),
        "Min" => L.Min(a, b),
        "Sqrt" => L.Sqrt(a),
        "MaskPositive" => L.MaskPositive(a, b),
        "MaskDifferent" => L.MaskDifferent(a, b, c),
        "AddBits" => L.AddBits(a, b),
        "AndBits" => L.AndBits(a, b),
        "ShiftBitsLeft" => L.ShiftBitsLeft(a, 5),
        "ShiftBitsRight" => L.ShiftBitsRight(a, 23),
        "FromInteger" => L.FromInteger(a),
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "There is no such operation."),
    };

    private static float SumOfHalves(float[] values)
    {
        while (values.Length > 1)
            values = [.. values[..(values.Length / 2)].Zip(values[(values.Length / 2)..], (a, b) => a + b)];
        return values[0];
    }

    private static void AssertSame(float[] expected, float[] actual)
    {
        for (var i = 0; i < actual.Length; i++)
        {
            var one = expected.Length == 1 ? expected[0] : expected[i];
            if (!(float.IsNaN(one) && float.IsNaN(actual[i])))
                Assert.Equal(Bits(one), Bits(actual[i]));
        }
    }

    private static int Bits(float value) => BitConverter.SingleToInt32Bits(value);

    private static float Of(int bits) => BitConverter.Int32BitsToSingle(bits);
}
