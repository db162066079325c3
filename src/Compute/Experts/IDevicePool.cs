using MoE.Compute.Gpu;

namespace MoE.Compute.Experts;

/// <summary>
/// Experts whose numbers lie on one device. What is asked is done behind the launches that are under way. Not safe for
/// several threads.
/// </summary>
public interface IDevicePool : IDisposable
{
    /// <summary>Kernels that were compiled for the experts so far, those of equal kinds once.</summary>
    int Kernels { get; }

    /// <summary>Takes in an expert.</summary>
    /// <param name="spec">What it is.</param>
    /// <param name="seed">Where its random numbers are drawn from.</param>
    /// <param name="image">Its numbers, as an expert of this specification wrote them.</param>
    /// <exception cref="InvalidDataException">The image is damaged.</exception>
    /// <exception cref="DeviceRoomException">The device has no room for it; nothing has changed.</exception>
    DeviceExpert Add(ExpertSpec spec, ulong seed, ReadOnlyMemory<byte> image);

    /// <summary>Takes in a copy of an expert, made on the device: the one, to the bit, that its image gives.</summary>
    /// <param name="parent">Who is copied.</param>
    /// <param name="noise">Standard deviation of the noise that weights of the copy take; 0 for none.</param>
    /// <param name="seed">Where the noise comes from.</param>
    /// <exception cref="DeviceRoomException">The device has no room for it; nothing has changed.</exception>
    DeviceExpert Clone(DeviceExpert parent, float noise, ulong seed);

    /// <summary>Lets an expert go; a second time does nothing.</summary>
    void Remove(DeviceExpert expert);

    /// <summary>An expert's numbers, as its kind writes them on every device.</summary>
    /// <exception cref="ArgumentException">It is no expert of this pool, or went.</exception>
    ReadOnlyMemory<byte> Read(DeviceExpert expert);

    /// <summary>
    /// Begins to take experts through consecutive batches, as many of them as one launch can do: what an expert sees of
    /// all of them is one way, with the bits of as many ways of a batch each. Does not wait for the launch before, of
    /// which one may be under way.
    /// </summary>
    /// <exception cref="DeviceRoomException">
    /// The batches need more room in the slots than the device has; nothing has changed.
    /// </exception>
    /// <exception cref="InvalidOperationException">Two launches are under way.</exception>
    IDeviceLaunch Begin(IReadOnlyList<BatchJobs> batches);
}
