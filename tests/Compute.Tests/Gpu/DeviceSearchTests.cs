using ILGPU.Runtime;
using MoE.Compute.Gpu.Devices;
using Xunit;

namespace MoE.Compute.Tests.Gpu;

/// <summary>What is found on any machine.</summary>
public sealed class DeviceSearchTests
{
    private readonly DeviceSearch _search = DeviceSearch.Run();

    [Fact]
    public void The_emulation_is_found_last_and_never_the_best()
    {
        Assert.Equal("ilgpu-cpu", _search.Devices[^1].Name);
        Assert.NotEqual(DeviceKind.IlgpuCpu, _search.Best?.Kind);
    }

    [Fact]
    public void Every_way_leads_to_a_device_or_to_a_reason()
    {
        Assert.True(_search.Devices.Any(d => d.Kind == DeviceKind.Cuda)
            != _search.Missing.Any(m => m.StartsWith("CUDA: ", StringComparison.Ordinal)));
        Assert.True(_search.Devices.Any(d => d.Kind == DeviceKind.OpenCl)
            != _search.Missing.Any(m => m.StartsWith("OpenCL: ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Names_are_those_of_settings() => Assert.Equal(
        _search.Devices.Count, _search.Devices.Select(device => device.Name).Distinct().Count());

    [Fact]
    public void What_was_found_can_be_opened()
    {
        using var device = ComputeDevice.Open(_search.Devices[^1]);
        using var numbers = device.Accelerator.Allocate1D([1f, 2f, 3f]);
        Assert.Equal([1f, 2f, 3f], numbers.GetAsArray1D());
    }

    [Fact]
    public void What_is_not_there_is_refused_by_name()
    {
        var absent = new FoundDevice("opencl:99", DeviceKind.OpenCl, 99, "none", 0, IsGpu: true);
        Assert.StartsWith("opencl:99 cannot be opened: ",
            Assert.Throws<DeviceException>(() => ComputeDevice.Open(absent)).Message);
    }
}
