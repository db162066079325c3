using CsCheck;
using MoE.Compute.Tests.Experts;
using Xunit;

namespace MoE.Compute.Tests.Gpu;

/// <summary>What every kernel promises about the kind's definition.</summary>
[Collection(nameof(OneDevice))]
public sealed class KernelParityTests(TestDevice device)
{
    public static TheoryData<string> Specifications => [.. SelfTest.Specifications];

    [Theory]
    [MemberData(nameof(Specifications))]
    public void A_kernel_agrees_with_its_definition(string text) =>
        EncodedStream.Any(rows: 60).Sample(
            stream => AssertAgree(Check(text).Learn(stream, [.. stream.Batches(24)])), iter: 3, threads: 1);

    [Theory]
    [MemberData(nameof(Specifications))]
    public void An_image_goes_from_one_to_the_other_and_back(string text) =>
        EncodedStream.Any(rows: 48).Sample(stream =>
        {
            var (difference, keeps) = Check(text).Exchange(stream, [.. stream.Batches(16)]);
            AssertAgree(difference);
            Assert.True(keeps);
        }, iter: 3, threads: 1);

    [Theory]
    [MemberData(nameof(Specifications))]
    public void Experts_that_are_walked_together_have_the_bits_of_each_alone(string text) =>
        EncodedStream.Any(rows: 32).Sample(
            stream => Assert.True(Check(text).Replays(stream, [.. stream.Batches(16)])), iter: 2, threads: 1);

    [Theory]
    [MemberData(nameof(Specifications))]
    public void Batches_that_are_walked_together_give_the_bits_of_each_alone(string text) =>
        EncodedStream.Any(rows: 48).Sample(
            stream => Assert.True(Check(text).Gathers(stream, [.. stream.Batches(8)])), iter: 2, threads: 1);

    [Theory]
    [MemberData(nameof(Specifications))]
    public void A_frozen_expert_answers_as_its_definition_and_stays_as_it_is(string text) =>
        EncodedStream.Any(rows: 48).Sample(stream =>
        {
            var (difference, stays) = Check(text).Freeze(stream, [.. stream.Batches(16)]);
            AssertAgree(difference);
            Assert.True(stays);
        }, iter: 3, threads: 1);

    [Theory]
    [MemberData(nameof(Specifications))]
    public void Launches_that_are_under_way_together_give_the_bits_of_each_waited_for(string text) =>
        EncodedStream.Any(rows: 48).Sample(
            stream => Assert.True(Check(text).Overlaps(stream, [.. stream.Batches(12)])), iter: 2, threads: 1);

    [Theory]
    [MemberData(nameof(Specifications))]
    public void A_copy_made_on_the_device_with_noise_or_without_is_the_one_that_the_image_gives(string text) =>
        EncodedStream.Any(rows: 48).Sample(
            stream => Assert.True(Check(text).Copies(stream, [.. stream.Batches(16)])), iter: 3, threads: 1);

    private static void AssertAgree(double difference) => Assert.InRange(difference, 0, KernelFinding.Limit);

    private KernelCheck Check(string text) => new(device.Accelerator, text);
}
