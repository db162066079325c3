using MoE.Compute.Data;
using MoE.Compute.Kernels;
using MoE.Compute.Kernels.Slots;

namespace MoE.Compute.Experts;

/// <summary>How experts of a kind are computed on a device.</summary>
/// <param name="CreateArena">Makes room for experts of the same options; the kernels are compiled then.</param>
/// <param name="Checks">The specifications by which the kernel is compared with the kind's definition.</param>
internal sealed record ExpertKernel<TOptions>(
    Func<ArenaPlace, TOptions, Schema, IExpertArena> CreateArena, IReadOnlyList<string> Checks);
