using MoE.Compute.Experts;
using MoE.Compute.Files;
using Xunit;
using static MoE.Compute.Tests.Gpu.Twins;

namespace MoE.Compute.Tests.Gpu;

/// <summary>Images that a device is given and that are not whole.</summary>
[Collection(nameof(OneDevice))]
public sealed class DamagedImageTests(TestDevice device)
{
    private const int Places = 40;

    public static TheoryData<string> Specifications => [.. SelfTest.Specifications];

    [Theory]
    [MemberData(nameof(Specifications))]
    public void A_device_refuses_an_image_where_the_definition_does_and_in_the_same_words(string text)
    {
        var stream = new EncodedStream(numeric: 3, categorical: 2, rows: 40, classes: 4, seed: 14);
        var expert = Create(text, stream);
        ExpertRunner.Run(expert, stream.Batches(40).Single(), null);
        var image = ImageOf(expert).ToArray();
        using var pool = new DevicePool(device.Accelerator, stream.Schema);
        foreach (var damaged in Damaged(image))
        {
            var definition = Problem(() => LoadWhole(Create(text, stream), damaged));
            Assert.Equal(definition, Problem(() => pool.Remove(pool.Add(Spec(text), 7, damaged))));
        }
        Assert.Contains(Damaged(image), damaged => Problem(() => LoadWhole(Create(text, stream), damaged)) is not null);
    }

    /// <summary>The image cut off, one with more behind it, and ones with a byte that says something else.</summary>
    private static IEnumerable<byte[]> Damaged(byte[] image) =>
    [
        image[..^4], [.. image, 0], [],
        .. Enumerable.Range(0, Places).Select(place =>
        {
            byte[] damaged = [.. image];
            damaged[(long)place * damaged.Length / Places] ^= 0xFF;
            return damaged;
        }),
        .. Enumerable.Range(0, 8).Select(place =>
        {
            byte[] damaged = [.. image];
            damaged[place * sizeof(long)] ^= 0x7F;
            return damaged;
        }),
    ];

    private static void LoadWhole(IExpert expert, byte[] image)
    {
        var numbers = new StateReader(image);
        expert.Load(numbers);
        numbers.End();
    }

    private static string? Problem(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (InvalidDataException e)
        {
            return e.Message;
        }
    }
}
