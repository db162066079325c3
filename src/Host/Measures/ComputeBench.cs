using MoE.Compute.Bench;
using MoE.Compute.Experts;
using MoE.Compute.Gpu.Devices;
using MoE.Host.Terminal;

namespace MoE.Host.Measures;

/// <summary>The request of a benchmark.</summary>
/// <param name="Devices">Devices to measure in addition to the processor.</param>
/// <param name="Experts">Sizes of pools.</param>
/// <param name="Rows">Rows of a batch.</param>
internal sealed record ComputeBenchRequest(
    IReadOnlyList<FoundDevice> Devices, IReadOnlyList<int> Experts, int Rows);

/// <summary>What was measured.</summary>
/// <param name="Hardware">Description of the processor.</param>
/// <param name="Ceilings">The measured maximum rates of the processor and of each device.</param>
/// <param name="Kinds">One expert of each specification on a processor's thread; a small pool on a device.</param>
/// <param name="Pools">Pools of routed experts.</param>
/// <param name="Devices">Costs of launches and transfers of each device.</param>
internal sealed record ComputeBenchResult(
    string Hardware, IReadOnlyList<RooflineCeilings> Ceilings, IReadOnlyList<Throughput> Kinds,
    IReadOnlyList<Throughput> Pools,
    IReadOnlyList<DeviceSpeed> Devices);

/// <summary>Measures how fast experts are predicted with and learned, on this processor and on devices.</summary>
/// <param name="time">The clock.</param>
internal sealed class ComputeBench(TimeProvider time) : IDisposable
{
    private const int TopK = 4;
    private const int ExpertsOfAKind = 32;

    /// <summary>The emulation takes so long for a row that a batch of more would tell nothing new.</summary>
    private const int EmulatedRows = 16;

    private static readonly string[] LargerNetworks =
    [
        "mlp input=z hidden=64 rate=0.03",
        "mlp input=z hidden=256 rate=0.01",
        "mlp input=z hidden=1024 rate=0.003",
    ];

    private readonly Rounds _rounds = new(time);
    private readonly List<DeviceMeasures> _devices = [];

    /// <summary>Measures the specifications of the default pool and of the GPU pool.</summary>
    public ComputeBenchResult Run(ComputeBenchRequest request)
    {
        int[] threads = Environment.ProcessorCount > 1 ? [1, Environment.ProcessorCount] : [1];
        CpuCeilings[] cpus = [.. threads.Select(count => new CpuCeilings(_rounds, count))];
        foreach (var found in request.Devices)
            _devices.Add(new DeviceMeasures(_rounds, found));
        var bank = DefaultPool.Experts.First(spec => spec.Role == ExpertRole.Routed);
        var kinds = Specifications(bank).SelectMany(spec => Kind(spec, request.Rows)).ToList();
        var pools = request.Experts.SelectMany(experts => Pool(bank, experts, request, threads)).ToList();
        _rounds.Run();
        var ceilings = cpus.Select(cpu => cpu.Measured).Concat(_devices.Select(device => device.Ceilings)).ToList();
        return new ComputeBenchResult(Hardware.Describe(), ceilings, [.. kinds.Select(measured => measured(ceilings))],
            [.. pools.Select(measured => measured(ceilings))], [.. _devices.Select(device => device.Speed)]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var device in _devices)
            device.Dispose();
    }

    private static IEnumerable<ExpertSpec> Specifications(ExpertSpec bank) =>
        LargerNetworks.Prepend(bank.Text)
            .Concat(DefaultPool.Experts.Select(spec => spec.Text))
            .Concat(GpuPool.Experts.Where(spec => spec.Role == ExpertRole.Shared).Select(spec => spec.Text)).Distinct()
            .Select(text => new ExpertSpec("expert", ExpertRole.Shared, text));

    private IEnumerable<Func<List<RooflineCeilings>, Throughput>> Kind(ExpertSpec spec, int rows)
    {
        yield return OnCpu(new PoolTrial(spec, experts: 1, topK: 1, rows), spec, threads: 1);
        foreach (var device in _devices)
            if (device.Found.Kind != DeviceKind.IlgpuCpu && DeviceMeasures.Knows(spec.Text))
                yield return On(device, new PoolTrial(spec, ExpertsOfAKind, TopK, rows), spec);
    }

    private IEnumerable<Func<List<RooflineCeilings>, Throughput>> Pool(
        ExpertSpec spec, int experts, ComputeBenchRequest request, int[] threads)
    {
        foreach (var count in threads)
            yield return OnCpu(new PoolTrial(spec, experts, TopK, request.Rows), spec, count);
        foreach (var device in _devices)
        {
            var isEmulated = device.Found.Kind == DeviceKind.IlgpuCpu;
            if (!isEmulated || experts == request.Experts.Min())
                yield return On(device, new PoolTrial(
                    spec, experts, TopK, isEmulated ? Math.Min(request.Rows, EmulatedRows) : request.Rows), spec);
        }
    }

    private Func<List<RooflineCeilings>, Throughput> OnCpu(PoolTrial trial, ExpertSpec spec, int threads)
    {
        var timed = _rounds.Add(() =>
        {
            trial.Run(threads);
            return trial.Rows;
        });
        return ceilings => Speed(CpuCeilings.Name(threads), trial, spec, timed, oneByOne: null, ceilings);
    }

    private Func<List<RooflineCeilings>, Throughput> On(DeviceMeasures device, PoolTrial trial, ExpertSpec spec)
    {
        var (grouped, oneByOne) = device.Add(_rounds, trial);
        return ceilings => Speed(device.Found.Name, trial, spec, grouped, oneByOne, ceilings);
    }

    private static Throughput Speed(
        string where, PoolTrial trial, ExpertSpec spec, Timed timed, Timed? oneByOne, List<RooflineCeilings> ceilings)
    {
        var cost = ExpertKinds.CostOf(spec, PoolTrial.Schema, PoolTrial.Classes);
        var bound = ceilings.Single(c => c.Where == where).Of(cost, trial.Experts);
        return new Throughput(where, spec.Text, trial.Experts, trial.TopK, trial.Rows, timed.PerSecond,
            oneByOne?.PerSecond, cost, bound);
    }
}
