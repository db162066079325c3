using ILGPU.Runtime;
using ILGPU.Runtime.OpenCL;
using MoE.Compute.Experts;
using MoE.Compute.Gating.Routing.Banks;
using MoE.Compute.Gating.Routing.Gpu;
using MoE.Compute.Gpu.Devices;
using MoE.Compute.Numerics;

namespace MoE.Compute.Checks;

/// <summary>Compares every kernel with its definition on a device, over random shapes and a long stream.</summary>
public static class SelfTest
{
    private const int ShapeBatch = 8;
    private const int LongBatch = 64;

    /// <summary>The subject that stands for the choice of experts, which is not an expert itself.</summary>
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

/// <summary>What came of comparing a kernel with its definition.</summary>
/// <param name="Specification">Which experts were compared.</param>
/// <param name="Rows">Rows learned, all streams together.</param>
/// <param name="Difference">Greatest difference of two probabilities while learning.</param>
/// <param name="FrozenDifference">The same of experts that do not learn.</param>
/// <param name="ImageDifference">The same of definitions that continue from the device's images.</param>
/// <param name="Replays">
/// Whether the same rows gave the same bits again, beside other experts and with two launches under way.
/// </param>
/// <param name="KeepsImages">
/// Whether experts continue with the same bits from an image of the device, and whether copies that were made there
/// are those that their parent's image gives.
/// </param>
public sealed record KernelFinding(
    string Specification, int Rows, double Difference, double FrozenDifference, double ImageDifference, bool Replays,
    bool KeepsImages)
{
    /// <summary>What two probabilities may differ by, of numbers that are rounded differently on the way.</summary>
    public const double Limit = 1e-4;

    /// <summary>Why the device could not be asked; null if it could.</summary>
    public string? Problem { get; init; }

    /// <summary>Whether all is as it must be.</summary>
    public bool Holds => Difference <= Limit && FrozenDifference <= Limit && ImageDifference <= Limit
        && Replays && KeepsImages;

    /// <summary>That a device did not compute these experts.</summary>
    public static KernelFinding Refused(string specification, string problem) =>
        new(specification, 0, double.NaN, double.NaN, double.NaN, Replays: false, KeepsImages: false)
        {
            Problem = problem,
        };

    /// <summary>Both findings as one.</summary>
    public KernelFinding With(KernelFinding other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new(Specification, Rows + other.Rows, Math.Max(Difference, other.Difference),
            Math.Max(FrozenDifference, other.FrozenDifference), Math.Max(ImageDifference, other.ImageDifference),
            Replays && other.Replays, KeepsImages && other.KeepsImages);
    }
}

/// <summary>Compares the choice of experts on an accelerator with its definition in C#, over random banks.</summary>
internal static class RoutingCheck
{
    private const int Rows = 32;

    /// <summary>The finding of so many banks; the difference is infinite if other experts are chosen.</summary>
    public static KernelFinding Run(Accelerator accelerator, int banks, ulong seed)
    {
        using var scorer = new BankOnDevice(accelerator);
        var (difference, replays) = (0d, true);
        for (var bank = 0; bank < banks; bank++)
        {
            var random = new Random((int)(CounterRandom.Bits(seed, 1, (ulong)bank) & int.MaxValue));
            var (of, phi, k) = Any(random);
            var expected = Choose(new SimdBankScorer<Lanes16>(), of, phi, k);
            var (found, again) = (Choose(scorer, of, phi, k), Choose(scorer, of, phi, k));
            difference = Math.Max(difference, Difference(expected, found));
            replays &= found.Best.SequenceEqual(again.Best) && Difference(found, again) == 0;
        }
        return new KernelFinding(SelfTest.Router, banks * Rows, difference, 0, 0, replays, KeepsImages: true);
    }

    private static (RouterBank Bank, float[] Phi, int K) Any(Random random)
    {
        var (experts, stride) = (1 + random.Next(300), ClassVectors.Block * (1 + random.Next(4)));
        var padded = ClassVectors.Padded(experts);
        var bias = new float[padded];
        bias.AsSpan(experts).Fill(float.NegativeInfinity);
        for (var e = 0; e < experts; e++)
            bias[e] = random.Next(10) == 0 ? float.NegativeInfinity : Number(random);
        return (new RouterBank(Numbers(random, padded * stride), bias, stride), Numbers(random, Rows * stride),
            1 + random.Next(Math.Min(experts, 12)));
    }

    private static (int[] Best, float[] Scores) Choose(IBankScorer scorer, RouterBank bank, float[] phi, int k)
    {
        var (best, scores) = (new int[Rows * k], new float[Rows * k]);
        scorer.Choose(bank, phi, best, scores);
        return (best, scores);
    }

    private static double Difference((int[] Best, float[] Scores) expected, (int[] Best, float[] Scores) found) =>
        !expected.Best.SequenceEqual(found.Best) ? double.PositiveInfinity
        : expected.Best.Index().Max(chosen => chosen.Item < 0
            ? 0 : Math.Abs((double)expected.Scores[chosen.Index] - found.Scores[chosen.Index]));

    private static float[] Numbers(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => Number(random))];

    private static float Number(Random random) => (2f * random.NextSingle()) - 1f;
}
