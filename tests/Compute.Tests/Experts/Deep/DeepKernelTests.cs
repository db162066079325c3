using MoE.Compute.Encoding;
using MoE.Compute.Experts;
using MoE.Compute.Files;
using MoE.Compute.Gpu;
using MoE.Compute.Tests.Gpu;
using Xunit;

namespace MoE.Compute.Tests.Experts.Deep;

/// <summary>What kernels of networks with two hidden layers promise beyond those of other kinds.</summary>
[Collection(nameof(OneDevice))]
public sealed class DeepKernelTests(TestDevice device)
{
    private const ulong Seed = 3;

    [Theory]
    [InlineData("deep input=both hidden=9 second=34 rate=0.003 minibatch=20")]
    [InlineData("deep input=z hidden=34 second=9 optimizer=sgd rate=0.1 minibatch=9")]
    public void More_classes_than_a_panel_holds_and_more_rounds_than_one_agree_with_the_definition(string text)
    {
        var stream = new EncodedStream(numeric: 2, categorical: 1, rows: 420, classes: 40, seed: 4);
        var spec = new ExpertSpec("it", ExpertRole.Shared, text);
        using var pool = new DevicePool(device.Accelerator, stream.Schema);
        var expert = ExpertKinds.Create(spec, stream.Schema, Seed);
        var onDevice = pool.Add(spec, Seed, Image(expert));
        foreach (var batch in stream.Batches(70))
        {
            var answers = pool.Run(batch, [new DeviceJob(onDevice, null, Learns: true)])[0];
            AssertAgree(batch, ExpertRunner.Run(expert, batch, null), answers);
        }
        var read = ExpertKinds.Create(spec, stream.Schema, Seed);
        read.Load(new StateReader(pool.Read(onDevice)));
        foreach (var batch in stream.Batches(70))
            AssertAgree(batch, ExpertRunner.Run(expert, batch, null, learns: false), ExpertRunner.Run(read, batch, null, learns: false));
    }

    private static ReadOnlyMemory<byte> Image(IExpert expert)
    {
        var image = new StateWriter();
        expert.Save(image);
        return image.Written;
    }

    private static void AssertAgree(TrainingBatch batch, float[] expected, float[] answers)
    {
        for (var row = 0; row < batch.Rows; row++)
            for (var c = 0; c < batch.Labels.KnownClasses[row]; c++)
            {
                var at = (row * batch.Labels.Stride) + c;
                Assert.Equal(Math.Exp(expected[at]), Math.Exp(answers[at]), 1e-4);
            }
    }
}
