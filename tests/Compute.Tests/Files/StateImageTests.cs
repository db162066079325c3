using System.Runtime.InteropServices;
using CsCheck;
using MoE.Compute.Files;
using Xunit;

namespace MoE.Compute.Tests.Files;

public sealed class StateImageTests
{
    private static readonly Gen<string> Text = Gen.String[Gen.Char[' ', '\u07ff'], 0, 20];

    /// <summary>Any float, negative zero and NaN among them: an image holds bits, not values.</summary>
    private static readonly Gen<float> AnyFloat = Gen.Int.Select(BitConverter.Int32BitsToSingle);

    private static readonly Gen<float> Few = Gen.Int[0, 3].Select(i => i switch { 0 => 1f, 1 => -0f, _ => 0f });

    private static readonly Gen<float[]> Sparse =
        Gen.OneOf(AnyFloat.Array[0, 20], Few.Array[0, 60], Gen.Int[0, 60].Select(n => new float[n]))
            .Array[0, 6].Select(parts => parts.SelectMany(p => p).ToArray());

    [Fact]
    public void What_was_written_is_read_back_to_the_bit() =>
        Gen.Select(Gen.Long, Gen.Long, Text, AnyFloat.Array[0, 50], Gen.Int.Array[0, 50], Gen.Long.Array[0, 9]).Sample(
            (whole, bits, text, floats, ints, longs) =>
            {
                var state = new StateWriter();
                state.Write(whole);
                state.Write(BitConverter.Int64BitsToDouble(bits));
                state.Write(text);
                state.Write<float>(floats);
                state.Write<int>(ints);
                state.Write<long>(longs);
                state.Write<float>(floats);

                var read = new StateReader(state.ToArray());
                Assert.Equal(whole, read.ReadInt64());
                Assert.Equal(bits, BitConverter.DoubleToInt64Bits(read.ReadDouble()));
                Assert.Equal(text, read.ReadString());
                Assert.Equal(Bits(floats), Bits(read.ReadArray<float>()));
                Assert.Equal(ints, read.ReadArray<int>());
                Assert.Equal(longs, read.ReadArray<long>());
                var into = new float[floats.Length];
                Assert.False(read.AtEnd && floats.Length > 0);
                read.Read<float>(into);
                Assert.Equal(Bits(floats), Bits(into));
                Assert.True(read.AtEnd);
            }, iter: 1000);

    [Fact]
    public void A_sparse_table_is_read_back_to_the_bit() =>
        Sparse.Sample(values =>
        {
            var state = new StateWriter();
            state.WriteSparse(values);
            var read = new StateReader(state.ToArray());
            Assert.Equal(Bits(values), Bits(read.ReadSparse(values.Length)));
            Assert.True(read.AtEnd);
        }, iter: 5000);

    [Fact]
    public void A_run_ends_where_sixteen_zeros_follow_or_only_zeros() =>
        Sparse.Sample(values =>
        {
            var state = new StateWriter(room: 16);
            state.WriteSparse(values);
            List<byte> plain = [.. BitConverter.GetBytes((long)values.Length)];
            for (var at = 0; at < values.Length;)
            {
                var start = at;
                while (start < values.Length && IsZero(values[start]))
                    start++;
                var end = start;
                while (end < values.Length && !values.Skip(end).Take(16).All(IsZero))
                    end++;
                plain.AddRange(BitConverter.GetBytes((long)(start - at)));
                plain.AddRange(BitConverter.GetBytes((long)(end - start)));
                plain.AddRange(MemoryMarshal.AsBytes(values.AsSpan(start..end)));
                at = end;
            }
            Assert.Equal(plain, state.ToArray());
        }, iter: 5000);

    [Fact]
    public void Writing_what_was_read_gives_the_same_image() =>
        Sparse.Sample(values =>
        {
            var (first, second) = (new StateWriter(), new StateWriter());
            first.WriteSparse(values);
            second.WriteSparse(new StateReader(first.ToArray()).ReadSparse(values.Length));
            Assert.Equal(first.Fingerprint(), second.Fingerprint());
        }, iter: 1000);

    [Fact]
    public void A_sparse_table_is_read_into_one_that_held_other_numbers() =>
        Sparse.Sample(values =>
        {
            var state = new StateWriter();
            state.WriteSparse(values);
            float[] into = [.. values.Select(_ => 7f)];
            new StateReader(state.ToArray()).ReadSparse(into);
            Assert.Equal(Bits(values), Bits(into));
        }, iter: 1000);

    [Fact]
    public void A_table_that_claims_to_be_huge_takes_no_memory_before_its_runs_are_found()
    {
        var state = new StateWriter();
        state.Write(1L << 30);
        state.Write(1L << 29);
        state.Write(0L);
        var image = state.ToArray();
        InvalidDataException? error = null;
        var allocated = Allocations.Of(
            () => error = Assert.Throws<InvalidDataException>(() => new StateReader(image).ReadSparse(1L << 30)));
        Assert.Equal("State image ends at byte 24; 1 times 8 more were expected at byte 24.", error?.Message);
        Assert.InRange(allocated, 0, 1 << 20);
    }

    [Fact]
    public void Values_out_of_their_range_are_refused_with_it()
    {
        var state = new StateWriter();
        state.Write(7L);
        state.Write(double.NaN);
        var read = new StateReader(state.ToArray());
        Assert.Equal("State image at byte 0 holds the number 7; -1 to 6 was expected.",
            Assert.Throws<InvalidDataException>(() => read.ReadInt64(-1, 6)).Message);
        Assert.Equal("State image before byte 16: NaN was found; 0 to 1.5 was expected.",
            Assert.Throws<InvalidDataException>(() => read.ReadDouble(0, 1.5)).Message);
    }

    [Fact]
    public void Bytes_behind_the_end_are_refused()
    {
        var read = new StateReader(new byte[11]);
        read.ReadInt64();
        Assert.Equal("State image before byte 8: 3 more bytes were found; the end was expected.",
            Assert.Throws<InvalidDataException>(read.End).Message);
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(1L << 31)]
    [InlineData(1L << 60)]
    [InlineData(-1L)]
    public void A_length_that_no_image_has_is_refused_as_invalid_data(long length)
    {
        var state = new StateWriter();
        state.Write(length);
        state.Write(0L);
        var bytes = state.ToArray();
        Assert.Throws<InvalidDataException>(() => new StateReader(bytes).ReadArray<long>());
        Assert.Throws<InvalidDataException>(() => new StateReader(bytes).ReadArray<long>(length));
        Assert.Throws<InvalidDataException>(() => new StateReader(bytes).ReadString());
        Assert.Throws<InvalidDataException>(() => new StateReader(bytes).ReadItemCount(16));
        Assert.Throws<InvalidDataException>(() => new StateReader(bytes).ReadSparse(1));
    }

    [Fact]
    public void A_table_of_zeros_takes_no_room()
    {
        var state = new StateWriter();
        state.WriteSparse(new float[1 << 20]);
        Assert.InRange(state.Bytes.Length, 1, 32);
    }

    [Fact]
    public void An_image_cut_short_anywhere_is_refused_as_invalid_data() =>
        Gen.Select(Text, AnyFloat.Array[0, 20], Sparse, Gen.Double[0, 1]).Sample((text, values, sparse, where) =>
        {
            var state = new StateWriter();
            state.Write(text);
            state.Write<float>(values);
            state.WriteSparse(sparse);
            state.Write(1.5);
            var cut = state.ToArray()[..(int)(where * (state.Bytes.Length - 1))];
            Assert.Throws<InvalidDataException>(() =>
            {
                var read = new StateReader(cut);
                read.ReadString();
                read.Read<float>(new float[values.Length]);
                read.ReadSparse(sparse.Length);
                read.ReadDouble();
            });
        }, iter: 2000);

    [Theory]
    [InlineData(-1)]
    [InlineData(11)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void A_count_out_of_range_is_refused_with_its_place(long count)
    {
        var state = new StateWriter();
        state.Write(3L);
        state.Write(count);
        var read = new StateReader(state.ToArray());
        Assert.Equal(3, read.ReadCount(10));
        var error = Assert.Throws<InvalidDataException>(() => read.ReadCount(10));
        Assert.Equal($"State image at byte 8 holds the count {count}; 0 to 10 was expected.", error.Message);
    }

    [Fact]
    public void Numbers_of_another_count_are_refused()
    {
        var state = new StateWriter();
        state.Write<float>([1f, 2f, 3f]);
        var read = new StateReader(state.ToArray());
        var error = Assert.Throws<InvalidDataException>(() => read.Read<float>(new float[2]));
        Assert.Equal("State image at byte 0 holds 3 numbers; 2 were expected.", error.Message);
    }

    [Fact]
    public void An_array_that_claims_more_than_the_image_holds_is_refused()
    {
        var state = new StateWriter();
        state.Write(20L);
        state.Write(0L);
        Assert.Throws<InvalidDataException>(() => new StateReader(state.ToArray()).ReadArray<float>());
        Assert.Throws<InvalidDataException>(() => new StateReader(state.ToArray()).ReadString());
    }

    [Fact]
    public void The_image_of_known_values_is_known()
    {
        var state = new StateWriter();
        state.Write(258L);
        state.Write("é");
        state.Write<float>([1f]);
        state.WriteSparse([0f, 0f, -2f]);
        Assert.Equal(
            "0201000000000000" + "0200000000000000C3A9" + "01000000000000000000803F"
            + "0300000000000000" + "0200000000000000" + "0100000000000000" + "000000C0",
            Convert.ToHexString(state.Bytes));
        Assert.Equal(16, state.Fingerprint().Length);
    }

    private static bool IsZero(float value) => BitConverter.SingleToInt32Bits(value) == 0;

    private static int[] Bits(float[] values) => [.. values.Select(BitConverter.SingleToInt32Bits)];
}
