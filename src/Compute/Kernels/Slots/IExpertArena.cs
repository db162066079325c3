using ILGPU.Runtime;
using MoE.Compute.Kernels.Launches;

namespace MoE.Compute.Kernels.Slots;

/// <summary>The experts of one kind and one set of options on a device.</summary>
internal interface IExpertArena : IDisposable
{
    /// <summary>Answers per row.</summary>
    int Heads { get; }

    /// <summary>Slots in use.</summary>
    int Slots { get; }

    /// <summary>Takes in an expert, and answers its slot.</summary>
    /// <param name="seed">Where its random numbers are drawn from.</param>
    /// <param name="image">Its numbers, of an expert of this specification.</param>
    int Add(ulong seed, ReadOnlyMemory<byte> image);

    /// <summary>Frees a slot.</summary>
    void Remove(int slot);

    /// <summary>The image of an expert.</summary>
    ReadOnlyMemory<byte> Read(int slot);

    /// <summary>Makes sure that every slot has room for so much.</summary>
    void Fit(SlotRoom room);

    /// <summary>Has every step of a launch done.</summary>
    /// <param name="stream">Where the launch is lined up.</param>
    /// <param name="steps">The steps.</param>
    /// <param name="view">Steps, rows and answers on the device; the arena adds its slots.</param>
    void Launch(AcceleratorStream stream, IReadOnlyList<WalkStep> steps, WalkView view);
}
