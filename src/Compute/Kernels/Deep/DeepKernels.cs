using ILGPU;
using ILGPU.Runtime;
using MoE.Compute.Kernels.Deep.Rounds;
using MoE.Compute.Kernels.Launches;
using MoE.Compute.Kernels.Programs;

namespace MoE.Compute.Kernels.Deep;

/// <summary>The kernels of a round, compiled for one device.</summary>
internal sealed class DeepKernels(Accelerator accelerator)
{
    /// <summary>A kernel whose groups know from the round what to do.</summary>
    public delegate void OfRound(
        AcceleratorStream stream, KernelConfig groups, DeepShape shape, WalkView view, DeepScratch scratch, int round);

    /// <summary>A kernel that does the same for the second and the third layer.</summary>
    public delegate void OfLayer(
        AcceleratorStream stream, KernelConfig groups, DeepShape shape, WalkView view, DeepScratch scratch, int round,
        int layer);

    public OfRound Read { get; } = Load(accelerator, DeepReading.Read);

    public Action<AcceleratorStream, KernelConfig, DeepShape, WalkView, DeepScratch> Close { get; } =
        KernelProgram.Load<Action<AcceleratorStream, KernelConfig, DeepShape, WalkView, DeepScratch>>(
            accelerator, DeepReading.Close);

    public OfRound First { get; } = Load(accelerator, DeepForward.First);

    public OfLayer Forward { get; } = Load(accelerator, DeepForward.Dense);

    public OfRound Answer { get; } = Load(accelerator, DeepForward.Answer);

    public OfRound Outputs { get; } = Load(accelerator, DeepBackward.Outputs);

    public OfLayer Backward { get; } = Load(accelerator, DeepBackward.Dense);

    public OfRound Norms { get; } = Load(accelerator, DeepBackward.Norms);

    public OfLayer Learn { get; } = Load(accelerator, DeepLearning.Dense);

    public OfRound Bias { get; } = Load(accelerator, DeepLearning.Bias);

    public OfRound Inputs { get; } = Load(accelerator, DeepLearning.Inputs);

    private static OfRound Load(Accelerator accelerator, Action<DeepShape, WalkView, DeepScratch, int> kernel) =>
        KernelProgram.Load<OfRound>(accelerator, kernel);

    private static OfLayer Load(Accelerator accelerator, Action<DeepShape, WalkView, DeepScratch, int, int> kernel) =>
        KernelProgram.Load<OfLayer>(accelerator, kernel);
}
