using System.Numerics;
using ILGPU;
using ILGPU.Runtime;
using MoE.Compute.Gating.Routing.Banks;
using MoE.Compute.Kernels.Launches;

namespace MoE.Compute.Kernels.Routing;

/// <summary>
/// Chooses experts on a device: all rows of a batch in one launch. For banks that are big enough to be worth the way
/// there, which <see cref="BankTimes"/> measures.
/// </summary>
public sealed class BankOnDevice : IBankScorer, IDisposable
{
    private const int MostThreads = 256;

    private readonly int _threads;
    private readonly AcceleratorStream _stream;
    private readonly Action<AcceleratorStream, KernelConfig, RoutingView> _kernel;
    private readonly DeviceArray<float> _g;
    private readonly DeviceArray<float> _bias;
    private readonly DeviceArray<float> _phi;
    private readonly DeviceArray<float> _scores;
    private readonly DeviceArray<int> _best;
    private readonly DeviceArray<float> _bestScores;

    /// <summary>A scorer without a bank, its kernel compiled.</summary>
    /// <param name="accelerator">Where it computes, on a stream of its own; not disposed together with this.</param>
    public BankOnDevice(Accelerator accelerator)
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        FusedMath.Register();
        var threads = Math.Min(MostThreads, accelerator.MaxNumThreadsPerGroup);
        _threads = 1 << BitOperations.Log2((uint)threads);
        _stream = accelerator.CreateStream();
        _kernel = accelerator.LoadKernel<RoutingView>(RoutingKernel.Choose);
        (_g, _bias, _phi) = (new(accelerator), new(accelerator), new(accelerator));
        (_scores, _best, _bestScores) = (new(accelerator), new(accelerator), new(accelerator));
    }

    /// <inheritdoc/>
    public void Choose(RouterBank bank, ReadOnlySpan<float> phi, Span<int> best, Span<float> scores)
    {
        if (best.Length == 0)
            return;
        var rows = phi.Length / bank.PhiStride;
        var view = new RoutingView
        {
            Experts = bank.Experts,
            Rows = rows,
            K = best.Length / rows,
            PhiStride = bank.PhiStride,
            Features = Features(phi, bank.PhiStride),
            G = Copy(_g, bank.G),
            Bias = Copy(_bias, bank.Bias.AsSpan(0, bank.Experts)),
            Phi = Copy(_phi, phi),
            Scores = _scores.Room((long)rows * bank.Experts),
            Best = _best.Room(best.Length),
            BestScores = _bestScores.Room(best.Length),
        };
        var groups = (rows + RoutingKernel.RowsAtOnce - 1) / RoutingKernel.RowsAtOnce;
        var shared = SharedMemoryConfig.RequestDynamic<float>(RoutingChoice.SharedFloats(_threads));
        _kernel(_stream, new KernelConfig(groups, _threads, shared), view);
        view.Best.CopyToCPU(_stream, best);
        view.BestScores.CopyToCPU(_stream, scores[..best.Length]);
        _stream.Synchronize();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _g.Dispose();
        _bias.Dispose();
        _phi.Dispose();
        _scores.Dispose();
        _best.Dispose();
        _bestScores.Dispose();
        _stream.Dispose();
    }

    private ArrayView<float> Copy(DeviceArray<float> to, ReadOnlySpan<float> numbers)
    {
        var room = to.Room(numbers.Length);
        room.CopyFromCPU(_stream, numbers);
        return room;
    }

    private static int Features(ReadOnlySpan<float> phi, int stride)
    {
        var features = 0;
        for (var at = 0; at < phi.Length; at += stride)
            features = Math.Max(features, RouterBank.Features(phi.Slice(at, stride)));
        return features;
    }
}
