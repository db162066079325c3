using MoE.Compute.Experts;

namespace MoE.Compute.Kernels;

/// <summary>Experts whose numbers lie on one device. Not safe for several threads.</summary>
public interface IDevicePool : IDisposable
{
    /// <summary>Takes in an expert.</summary>
    /// <param name="spec">What it is.</param>
    /// <param name="seed">Where its random numbers are drawn from.</param>
    /// <param name="image">Its numbers, as an expert of this specification wrote them.</param>
    /// <exception cref="InvalidDataException">The image is damaged.</exception>
    DeviceExpert Add(ExpertSpec spec, ulong seed, ReadOnlyMemory<byte> image);

    /// <summary>Lets an expert go; a second time does nothing.</summary>
    void Remove(DeviceExpert expert);

    /// <summary>An expert's numbers, as its kind writes them on every device.</summary>
    /// <exception cref="ArgumentException">It is no expert of this pool, or went.</exception>
    ReadOnlyMemory<byte> Read(DeviceExpert expert);

    /// <summary>
    /// Takes experts through consecutive batches, in as few launches as can be: what an expert sees of all of them is
    /// one way, with the bits of as many ways of a batch each.
    /// </summary>
    /// <returns>Of each batch, log-probabilities (rows, heads, ClassStride) of each expert, in their order.</returns>
    float[][][] Walk(IReadOnlyList<BatchWalk> batches);
}
