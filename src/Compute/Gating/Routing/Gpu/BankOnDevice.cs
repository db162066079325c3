using System.Numerics;
using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using MoE.Compute.Gating.Routing.Banks;
using MoE.Compute.Gpu;
using MoE.Compute.Gpu.Launches;
using MoE.Compute.Numerics;

namespace MoE.Compute.Gating.Routing.Gpu;

/// <summary>
/// Chooses experts on a device: all rows of a batch in one launch. For banks that are big enough to be worth the way
/// there, which <see cref="BankTimes"/> measures.
/// </summary>
public sealed class BankOnDevice : IBankScorer, IDisposable
{
    private const int MostThreads = 256;

    private readonly Action<AcceleratorStream, KernelConfig, RoutingView> _kernel;
    private readonly int _threads;
    private readonly AcceleratorStream _stream;
    private readonly Upload _upload;
    private readonly BankCopy _bank;
    private readonly DeviceArray<float> _scores;
    private readonly Download _best;

    /// <summary>A scorer without a bank, its kernel compiled.</summary>
    /// <param name="accelerator">Where it computes, on a stream of its own; not disposed together with this.</param>
    public BankOnDevice(Accelerator accelerator)
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        FusedMath.Register();
        _kernel = KernelProgram.Load<Action<AcceleratorStream, KernelConfig, RoutingView>>(
            accelerator, RoutingKernel.Choose);
        _threads = 1 << BitOperations.Log2((uint)Math.Min(MostThreads, accelerator.MaxNumThreadsPerGroup));
        (_stream, _upload, _bank) = (accelerator.CreateStream(), new Upload(accelerator), new BankCopy(accelerator));
        (_scores, _best) = (new DeviceArray<float>(accelerator), new Download(accelerator));
    }

    /// <summary>Bytes of banks that were sent to the device so far.</summary>
    internal long BankBytes => _bank.Sent;

    /// <inheritdoc/>
    public void Choose(RouterBank bank, ReadOnlySpan<float> phi, Span<int> best, Span<float> scores)
    {
        if (best.Length == 0)
            return;
        var view = ViewOf(bank, phi, best.Length);
        var groups = (view.Rows + RoutingKernel.RowsAtOnce - 1) / RoutingKernel.RowsAtOnce;
        var shared = SharedMemoryConfig.RequestDynamic<float>(RoutingChoice.SharedFloats(_threads));
        _kernel(_stream, new KernelConfig(groups, _threads, shared), view);
        _best.Fetch(_stream);
        _stream.Synchronize();
        MemoryMarshal.Cast<float, int>(_best.Numbers[..best.Length]).CopyTo(best);
        _best.Numbers[best.Length..].CopyTo(scores);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _best.Dispose();
        _scores.Dispose();
        _upload.Dispose();
        _bank.Dispose();
        _stream.Dispose();
    }

    private RoutingView ViewOf(RouterBank bank, ReadOnlySpan<float> phi, int choices)
    {
        var (experts, rows) = (bank.Experts, phi.Length / bank.PhiStride);
        _upload.Clear();
        bank.Bias.AsSpan(0, experts).CopyTo(_upload.Add<float>(experts, out var bias));
        phi.CopyTo(_upload.Add<float>(phi.Length, out var ofRows));
        _upload.Send(_stream);
        var room = _best.Room(2 * choices);
        return new RoutingView
        {
            Experts = experts,
            Rows = rows,
            K = choices / rows,
            PhiStride = bank.PhiStride,
            Features = Features(phi, bank.PhiStride),
            G = _bank.Of(bank, _stream),
            Bias = _upload.View<float>(bias),
            Phi = _upload.View<float>(ofRows),
            Scores = _scores.Room((long)rows * experts),
            Best = room.SubView(0, choices).Cast<int>(),
            BestScores = room.SubView(choices, choices),
        };
    }

    private static int Features(ReadOnlySpan<float> phi, int stride)
    {
        var features = 0;
        for (var at = 0; at < phi.Length; at += stride)
            features = Math.Max(features, RouterBank.Features(phi.Slice(at, stride)));
        return features;
    }
}

/// <summary>
/// A bank's G on a device, kept there from one choice to the next: of each group of 16 experts the numbers go over only
/// where they are others than before.
/// </summary>
internal sealed class BankCopy(Accelerator accelerator) : IDisposable
{
    private readonly DeviceArray<float> _there = new(accelerator);
    private PageLockedArray1D<float>? _here;
    private int _length;

    /// <summary>Bytes that went over so far.</summary>
    public long Sent { get; private set; }

    /// <summary>G on the device; done when the stream is, before which no other bank may be given.</summary>
    public ArrayView<float> Of(RouterBank bank, AcceleratorStream stream)
    {
        var (g, group) = (bank.G, ClassVectors.Block * bank.PhiStride);
        var isOther = g.Length != _length;
        if (isOther)
            Begin(g.Length);
        var there = _there.Room(Math.Max(1, g.Length));
        for (var at = 0; at < g.Length;)
        {
            var end = at;
            while (end < g.Length && (isOther || Differs(g.AsSpan(end, group), end)))
                end += group;
            Send(there, g.AsSpan(at, end - at), at, stream);
            at = end + group;                                // the group there is the same, or the last was before it
        }
        return there;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _here?.Dispose();
        _there.Dispose();
    }

    private void Begin(int length)
    {
        if (_here is null || _here.Length < length)
        {
            _here?.Dispose();
            _here = accelerator.AllocatePageLocked1D<float>(Math.Max(1, length));
        }
        _length = length;
    }

    // by bits, because NaN is equal to nothing
    private bool Differs(ReadOnlySpan<float> group, int at) => !MemoryMarshal.AsBytes(group)
        .SequenceEqual(MemoryMarshal.AsBytes((ReadOnlySpan<float>)_here!.Span.Slice(at, group.Length)));

    private void Send(ArrayView<float> there, ReadOnlySpan<float> numbers, int at, AcceleratorStream stream)
    {
        if (numbers.IsEmpty)
            return;
        numbers.CopyTo(_here!.Span[at..]);
        there.SubView(at, numbers.Length).CopyFromCPUUnsafeAsync(stream, ref _here.Span[at], numbers.Length);
        Sent += sizeof(float) * numbers.Length;
    }
}
