using ILGPU.Runtime;
using ILGPU.Runtime.OpenCL;
using MoE.Compute.Experts;
using MoE.Compute.Gpu.Devices;
using MoE.Compute.Numerics;

namespace MoE.Compute.Checks;

/// <summary>Compares every kernel with its definition on a device, over random shapes and a long stream.</summary>
public static class SelfTest
{
    private const int ShapeBatch = 8;
    private const int LongBatch = 64;

    /// <summary>What stands for the choice of experts, which is no expert itself.</summary>
    public const string Router = "router";

    /// <summary>The specifications by which kernels are compared with their definitions, a few per kind.</summary>
    public static IReadOnlyList<string> Specifications { get; } =
        [.. ExpertKinds.All.SelectMany(kind => kind.KernelChecks)];

    /// <summary>Everything that can be compared: specifications of experts, and the router.</summary>
    public static IReadOnlyList<string> Subjects { get; } = [.. Specifications, Router];

    /// <summary>The kinds of all subjects.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [.. Subjects.Select(KindOf).Distinct()];

    /// <summary>The kind of a subject.</summary>
    public static string KindOf(string subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        return subject.Split(' ')[0];
    }

    /// <summary>Rows that are learned one after the other on a device that is real, and on the emulation.</summary>
    public static int LongRows(DeviceKind kind) => kind == DeviceKind.IlgpuCpu ? 96 : 2_000;

    /// <summary>Streams of random shapes that are tried on a device.</summary>
    public static int Shapes(DeviceKind kind) => kind == DeviceKind.IlgpuCpu ? 1 : 8;

    /// <summary>Rows of each.</summary>
    public static int ShapeRows(DeviceKind kind) => kind == DeviceKind.IlgpuCpu ? 48 : 96;

    /// <summary>What comes of one subject on a device.</summary>
    /// <param name="device">The device.</param>
    /// <param name="subject">One of <see cref="Subjects"/>.</param>
    /// <param name="seed">Where the random shapes and rows come from.</param>
    public static KernelFinding Run(ComputeDevice device, string subject, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(device);
        try
        {
            return Compare(device, subject, seed);
        }
        catch (AcceleratorException e)                       // what the other kernels do is still of use
        {
            return KernelFinding.Refused(subject, e is CLException cl ? $"OpenCL answers {cl.Error}" : e.Message);
        }
    }

    private static KernelFinding Compare(ComputeDevice device, string subject, ulong seed)
    {
        var kind = device.Found.Kind;
        if (subject == Router)
            return RoutingCheck.Run(device.Accelerator, 2 * Shapes(kind), seed);
        var check = new KernelCheck(device.Accelerator, subject);
        var finding = check.Run(new EncodedStream(5, 2, LongRows(kind), classes: 6, (int)(seed & 0xFFFF)), LongBatch);
        for (var shape = 0UL; shape < (ulong)Shapes(kind); shape++)
            finding = finding.With(check.Run(Any(seed, shape, ShapeRows(kind)), ShapeBatch));
        return finding;
    }

    /// <summary>A stream with 0 to 6 numeric and 1 to 3 categorical columns, and up to 20 classes.</summary>
    private static EncodedStream Any(ulong seed, ulong shape, int rows) => new(
        Draw(seed, shape, 0, 7), 1 + Draw(seed, shape, 1, 3), rows, 1 + Draw(seed, shape, 2, 20),
        Draw(seed, shape, 3, 1_000_000));

    private static int Draw(ulong seed, ulong shape, ulong index, int end) =>
        (int)(CounterRandom.Bits(seed, shape, index) % (ulong)end);
}
