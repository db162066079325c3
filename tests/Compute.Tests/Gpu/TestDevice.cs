using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;

namespace MoE.Compute.Tests.Gpu;

/// <summary>ILGPU's CPU accelerator: slow, and exact in what a kernel means. One for all tests (<see cref="OneDevice"/>).</summary>
public sealed class TestDevice : IDisposable
{
    private readonly Context _context = Context.Create(builder => builder
        .EnableAlgorithms().Profiling().CPU(new CPUDevice(numThreadsPerWarp: 2, numWarpsPerMultiprocessor: 2, numMultiprocessors: 1)));

    public TestDevice() => Accelerator = _context.CreateCPUAccelerator(0);

    public Accelerator Accelerator { get; }

    public void Dispose()
    {
        Accelerator.Dispose();
        _context.Dispose();
    }
}
