using MoE.Compute.Encoding;
using MoE.Compute.Experts;
using MoE.Compute.Files;
using MoE.Compute.Gpu;
using MoE.Compute.Tests.Experts;
using Xunit;

namespace MoE.Compute.Tests.Gpu;

/// <summary>An expert and the same one on a device.</summary>
internal static class Twins
{
    private const ulong Seed = 7;

    public static ExpertSpec Spec(string text) => new("expert", ExpertRole.Shared, text);

    public static IExpert Create(string text, EncodedStream stream) =>
        ExpertKinds.Create(Spec(text), stream.Schema, Seed);

    public static (IExpert Expert, DeviceExpert OnDevice) Both(DevicePool pool, EncodedStream stream, string text)
    {
        var expert = Create(text, stream);
        return (expert, pool.Add(Spec(text), Seed, ImageOf(expert)));
    }

    public static ReadOnlyMemory<byte> ImageOf(IExpert expert)
    {
        var image = new StateWriter();
        expert.Save(image);
        return image.Written;
    }

    public static void AssertAgree(int heads, TrainingBatch batch, float[] expected, float[] answers) =>
        Assert.InRange(KernelCheck.Difference(heads, batch, expected, answers), 0, KernelFinding.Limit);

    public static IEnumerable<int> Bits(DeviceExpert expert, TrainingBatch batch, int[] rows, float[] answers) =>
        Answers.Bits(expert.Heads, batch, rows, answers);
}
