using System.Runtime.CompilerServices;
using CsCheck;
using MoE.Compute.Numerics;
using Xunit;

namespace MoE.Compute.Tests.Numerics;

public sealed class AlignedFloatsTests
{
    [Fact]
    public void The_first_float_begins_a_line_and_all_begin_as_zeros() =>
        Gen.Int[0, 200].Sample(length =>
        {
            var floats = new AlignedFloats(length);
            Assert.Equal(length, floats.Length);
            Assert.All(floats.Span.ToArray(), value => Assert.Equal(0f, value));
            Assert.Equal(0, Unsafe.ByteOffset(ref Unsafe.NullRef<float>(), ref floats.First) % 64);
        }, iter: 200);

    [Fact]
    public void A_resized_one_keeps_what_fits_and_a_clone_is_another() =>
        Gen.Select(Gen.Float[-9f, 9f].Array[0, 99], Gen.Int[0, 199]).Sample((values, length) =>
        {
            var floats = new AlignedFloats(values.Length);
            values.CopyTo(floats.Span);
            var (clone, resized) = (floats.Clone(), floats.Resized(length));
            floats.Span.Fill(100f);
            Assert.Equal(values, clone.Span.ToArray());
            Assert.Equal(
                [.. values.Take(length), .. new float[Math.Max(0, length - values.Length)]], resized.Span.ToArray());
        }, iter: 200);

    [Fact]
    public void What_was_never_made_has_no_floats() => Assert.Equal(0, default(AlignedFloats).Span.Length);
}
