using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using MoE.Compute.Gating.Routing.Banks;
using MoE.Compute.Kernels.Launches;
using MoE.Compute.Simd;

namespace MoE.Compute.Kernels.Routing;

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
        var (g, group) = (bank.G, ClassRows.Block * bank.PhiStride);
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

    // by bits, for numbers that are none are equal to nothing
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
