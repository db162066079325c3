using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using MoE.Actors.Devices;
using MoE.Compute.Experts;

namespace MoE.Actors.Tests.Devices;

/// <summary>ILGPU's CPU accelerator, which computes for networks only.</summary>
public sealed class TestDevice : IDisposable
{
    private readonly Context _context = Context.Create(builder => builder
        .EnableAlgorithms().Profiling().CPU(new CPUDevice(numThreadsPerWarp: 2, numWarpsPerMultiprocessor: 1, numMultiprocessors: 1)));
    private readonly Accelerator _accelerator;

    public TestDevice()
    {
        _accelerator = _context.CreateCPUAccelerator(0);
        Settings = new DeviceSettings(
            "test", "a device of the tests", schema => new DevicePool(_accelerator, schema), spec => spec.Kind == "mlp");
    }

    internal DeviceSettings Settings { get; }

    public void Dispose()
    {
        _accelerator.Dispose();
        _context.Dispose();
    }
}
