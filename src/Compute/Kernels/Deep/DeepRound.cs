using ILGPU;
using ILGPU.Runtime;
using MoE.Compute.Kernels.Deep.Rounds;
using MoE.Compute.Kernels.Launches;

namespace MoE.Compute.Kernels.Deep;

/// <summary>
/// The rounds of one launch: kernels one behind the other on a stream, each for all steps at once, whose groups find
/// out for themselves whether there is something to do; so nothing has to be waited for.
/// </summary>
internal sealed class DeepRound(
    DeepKernels kernels, AcceleratorStream stream, int steps, int threads, DeepShape shape, WalkView view,
    DeepScratch scratch)
{
    /// <summary>Predicts the rows of all steps up to their next step of learning.</summary>
    public void Predict(int round)
    {
        kernels.Read(stream, Groups(1), shape, view, scratch, round);
        kernels.First(stream, Groups(shape.Minibatch), shape, view, scratch, round);
        for (var layer = 2; layer <= 3; layer++)
            kernels.Forward(stream, Tiles(shape.Minibatch, shape.Outputs(layer)), shape, view, scratch, round, layer);
        kernels.Answer(stream, Groups(shape.Minibatch, 2 * shape.ClassRoom), shape, view, scratch, round);
    }

    /// <summary>Learns where M rows are complete.</summary>
    public void Learn(int round)
    {
        kernels.Outputs(stream, Groups(shape.Minibatch, 2 * shape.ClassRoom), shape, view, scratch, round);
        for (var layer = 3; layer >= 2; layer--)
            kernels.Backward(stream, Tiles(shape.Minibatch, shape.Inputs(layer)), shape, view, scratch, round, layer);
        if (shape.Adam == 0)
            kernels.Norms(stream, Groups(1, threads), shape, view, scratch, round);
        for (var layer = 2; layer <= 3; layer++)
            kernels.Learn(
                stream, Tiles(shape.Inputs(layer), shape.Outputs(layer)), shape, view, scratch, round, layer);
        kernels.Inputs(stream, Groups(shape.Minibatch * shape.Touched), shape, view, scratch, round);
        kernels.Bias(stream, Groups(1), shape, view, scratch, round);
    }

    /// <summary>Leaves in the slots the rows that wait.</summary>
    public void Close() => kernels.Close(stream, Groups(1), shape, view, scratch);

    private KernelConfig Groups(int ofStep, int sharedFloats = 0) => sharedFloats == 0
        ? new KernelConfig(steps * ofStep, threads)
        : new KernelConfig(steps * ofStep, threads, SharedMemoryConfig.RequestDynamic<float>(sharedFloats));

    private KernelConfig Tiles(int rows, int columns) => new(
        steps * DeepGrid.TilesOf(rows, threads / shape.Across) * DeepGrid.TilesOf(columns, shape.Across), threads,
        SharedMemoryConfig.RequestDynamic<float>(QuadShared.Floats(threads, shape.Across)));
}
