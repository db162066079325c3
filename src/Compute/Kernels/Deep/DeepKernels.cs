using ILGPU;
using ILGPU.Runtime;
using MoE.Compute.Kernels.Deep.Rounds;
using MoE.Compute.Kernels.Launches;

namespace MoE.Compute.Kernels.Deep;

/// <summary>The kernels of a round, compiled for one device.</summary>
internal sealed class DeepKernels(ArenaPlace place)
{
    /// <summary>A kernel whose groups know from the round what to do.</summary>
    public delegate void OfRound(
        AcceleratorStream stream, KernelConfig groups, DeepShape shape, WalkView view, DeepScratch scratch, int round);

    /// <summary>A kernel that does the same for the second and the third layer.</summary>
    public delegate void OfLayer(
        AcceleratorStream stream, KernelConfig groups, DeepShape shape, WalkView view, DeepScratch scratch, int round,
        int layer);

    public OfRound Read { get; } = Load(place, DeepReading.Read);

    public Action<AcceleratorStream, KernelConfig, DeepShape, WalkView, DeepScratch> Close { get; } =
        place.Load<Action<AcceleratorStream, KernelConfig, DeepShape, WalkView, DeepScratch>>(DeepReading.Close);

    public OfRound First { get; } = Load(place, DeepForward.First);

    public OfLayer Forward { get; } = Load(place, DeepForward.Dense);

    public OfRound Answer { get; } = Load(place, DeepForward.Answer);

    public OfRound Outputs { get; } = Load(place, DeepBackward.Outputs);

    public OfLayer Backward { get; } = Load(place, DeepBackward.Dense);

    public OfRound Norms { get; } = Load(place, DeepBackward.Norms);

    public OfLayer Learn { get; } = Load(place, DeepLearning.Dense);

    public OfRound Bias { get; } = Load(place, DeepLearning.Bias);

    public OfRound Inputs { get; } = Load(place, DeepLearning.Inputs);

    private static OfRound Load(ArenaPlace place, Action<DeepShape, WalkView, DeepScratch, int> kernel) =>
        place.Load<OfRound>(kernel);

    private static OfLayer Load(ArenaPlace place, Action<DeepShape, WalkView, DeepScratch, int, int> kernel) =>
        place.Load<OfLayer>(kernel);
}
