using MoE.Compute.Experts;
using MoE.Compute.Kernels;

namespace MoE.Actors.Devices;

/// <summary>A device that computes for experts.</summary>
/// <param name="Name">Its name, such as cuda:0.</param>
/// <param name="Open">Makes a pool without experts on it.</param>
/// <param name="Computes">Whether it computes for experts of a specification; the CPU does for the others.</param>
internal sealed record DeviceSettings(string Name, Func<IDevicePool> Open, Func<ExpertSpec, bool> Computes);
