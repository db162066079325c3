using MoE.Compute;
using MoE.Compute.Checks;
using MoE.Compute.Data;
using MoE.Compute.Encoding;
using MoE.Compute.Experts;
using MoE.Compute.Gating.Routing.Banks;
using MoE.Compute.Gpu;
using MoE.Compute.Rosters;
using static MoE.Actors.Devices.DeviceReplies;

namespace MoE.Actors.Devices.Trials;

/// <summary>
/// Tries a device out with the experts of a model, over made-up rows of its columns: what it takes to compile their
/// kernels, and which specifications it computes faster than the CPU.
/// </summary>
/// <param name="schema">The model's columns.</param>
/// <param name="options">Its options.</param>
/// <param name="members">Its experts.</param>
/// <param name="threads">Threads of the CPU that the experts may share.</param>
/// <param name="clock">What the times are taken with.</param>
internal sealed class DeviceTrial(
    Schema schema, MixtureOptions options, IReadOnlyList<Member> members, int threads, TimeProvider clock)
{
    /// <summary>What a launch takes at most: the batches that may be under way, up to these rows of them.</summary>
    private const int MostBatches = 8;
    private const int MostRows = 4096;
    private const int PartGrowth = 4;
    private const int MostBankRows = 256;

    /// <summary>About how long all measurements take, but for a device that needs longer for a few rows.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly List<Member> _asked = [.. members.Where(member => member.Answers)];
    private readonly SortedSet<string> _refusals = [];
    private TimeSpan _compiling;
    private int _kernels;

    /// <summary>A trial on this machine.</summary>
    public static DeviceTrial Here(Schema schema, MixtureOptions options, IReadOnlyList<Member> members) =>
        new(schema, options, members, Environment.ProcessorCount, TimeProvider.System);

    /// <summary>Makes a device ready for what it is to compute, which is measured where it is not given.</summary>
    public Initialized Begin(DeviceSettings device, IDevicePool pool, Placement? placement)
    {
        placement = Compile(device, pool, placement ?? Choose(device, Time(device)));
        return new Initialized(placement, StatusOf(device, placement))
        {
            Banks = placement.IsCpu ? null : Banks(device),
        };
    }

    /// <summary>What a device is to compute by what was measured.</summary>
    public static Placement Choose(DeviceSettings device, IEnumerable<KindTiming> timings)
    {
        string[] kinds = [.. timings.Where(timing => timing.IsForDevice).Select(timing => timing.Text)];
        return kinds.Length == 0 ? Placement.Cpu : new Placement(device.Name, device.Description, kinds);
    }

    /// <summary>Measures every specification for which the device can compute.</summary>
    public IReadOnlyList<KindTiming> Time(DeviceSettings device)
    {
        WarmUp.Run(options);                                 // else the compiler would be timed on the CPU's side
        using var pool = device.Open(schema);
        var batches = TrialRows.Batches(schema, options, Math.Clamp(
            MostRows / options.Batch, 1, Math.Min(options.Window, MostBatches)));
        List<List<Member>> groups = [.. _asked.Where(member => device.Computes(member.Spec))
            .GroupBy(member => member.Spec.Text).Select(group => group.ToList())];
        var patience = Patience / Math.Max(1, 3 * groups.Count);
        List<KindTiming> timings =
            [.. groups.Select(group => Time(pool, group, batches, patience)).OfType<KindTiming>()];
        _kernels = pool.Kernels;
        return timings;
    }

    /// <summary>Who chooses on the device, and from how many experts on it is faster than the CPU.</summary>
    private (IBankScorer Scorer, int FewestExperts)? Banks(DeviceSettings device)
    {
        if (device.Scorer is null || !members.Any(member => member.IsRouted))
            return null;
        var stride = new Encoder(schema, options.Seed).GateFeatureCount;
        var rows = Math.Min(options.Batch, MostBankRows);
        var scorer = device.Scorer();
        var fewest = new BankTimes(stride, rows, options.Router.TopK, clock).FewestExperts(scorer, BankTimes.Simd());
        if (fewest < int.MaxValue)
            return (scorer, fewest);
        (scorer as IDisposable)?.Dispose();
        return null;
    }

    /// <summary>Compiles what a placement needs; answers it without what there is no room for.</summary>
    private Placement Compile(DeviceSettings device, IDevicePool pool, Placement placement)
    {
        foreach (var member in OnDevice(device, placement))
            try
            {
                var (expert, time) = Add(pool, member, ExpertImages.Of(member.Create(schema)));
                pool.Remove(expert);
                _compiling += time;
            }
            catch (DeviceRoomException e)
            {
                placement = placement.Without(e.Specification, members.Select(other => other.Spec));
                _refusals.Add(e.Message);
            }
        _kernels = Math.Max(_kernels, pool.Kernels);         // those of a trial are compiled, whatever came of it
        return placement;
    }

    private DeviceStatus StatusOf(DeviceSettings device, Placement placement)
    {
        var firsts = OnDevice(device, placement);
        return new DeviceStatus(device.Name, device.Description,
            [.. firsts.Select(member => member.Spec.Kind).Distinct().Order()], _kernels, _compiling)
        {
            Refusals = [.. _refusals],
        };
    }

    /// <summary>The first expert of each specification that is computed on the device.</summary>
    private List<Member> OnDevice(DeviceSettings device, Placement placement) =>
        [.. members.Where(m => placement.Includes(m.Spec) && device.Computes(m.Spec)).DistinctBy(m => m.Spec.Text)];

    /// <summary>The times of a specification; null where the device has no room for its experts.</summary>
    private KindTiming? Time(
        IDevicePool pool, List<Member> group, IReadOnlyList<TrainingBatch> batches, TimeSpan patience)
    {
        var (cpu, image) = OnCpu(group, batches, patience);
        List<(DeviceExpert Expert, TimeSpan Time)> added = [];
        try
        {
            foreach (var member in group)
                added.Add(Add(pool, member, image));
            var device = OnDevice(
                pool, [.. group.Zip(added, (member, a) => (member, a.Expert))], batches, cpu, patience);
            return new KindTiming(group[0].Spec.Text, group.Count, added[0].Time, cpu, device);
        }
        catch (DeviceRoomException e)
        {
            _refusals.Add(e.Message);
            return null;
        }
        finally
        {
            _compiling += added.FirstOrDefault().Time;
            foreach (var (expert, _) in added)
                pool.Remove(expert);
        }
    }

    private (DeviceExpert Expert, TimeSpan Time) Add(IDevicePool pool, Member member, ReadOnlyMemory<byte> image)
    {
        var begin = clock.GetTimestamp();
        return (pool.Add(member.Spec, member.Seed, image), clock.GetElapsedTime(begin));
    }

    /// <summary>
    /// One expert, walked until the time is up, the others beside it on the other threads; and what it is then. Before,
    /// it learns as long: what a memory costs grows with what it holds.
    /// </summary>
    private (TimeSpan Time, ReadOnlyMemory<byte> Image) OnCpu(
        List<Member> group, IReadOnlyList<TrainingBatch> batches, TimeSpan patience)
    {
        var (member, rows) = (group[0], RowsOf(group[0]));
        var expert = member.Create(schema);
        var learns = member.Mode == ExpertMode.Learning;
        Best(patience, ProcessAll);
        var one = Best(patience, ProcessAll) / batches.Count;
        return (one * group.Count / Math.Min(threads, _asked.Count), ExpertImages.Of(expert));

        void ProcessAll()
        {
            foreach (var batch in batches)
                ExpertRunner.Run(expert, batch, rows, learns);
        }
    }

    /// <summary>
    /// All of them in one launch, of all batches that may be under way: first over a few rows, then over more, so that
    /// a slow device is given up early.
    /// </summary>
    private TimeSpan OnDevice(
        IDevicePool pool, List<(Member Member, DeviceExpert Expert)> group, IReadOnlyList<TrainingBatch> batches,
        TimeSpan cpu, TimeSpan patience)
    {
        var all = group.Max(expert => RowsOf(expert.Member).Length);
        for (var part = 1; part < all; part *= PartGrowth)
        {
            pool.Run([Part(batches[0], part)]);             // without what only the first launch of a size costs
            var time = Measure(() => pool.Run([Part(batches[0], part)]));
            if (!KindTiming.IsFaster(cpu * batches.Count, time))
                return time * all / part;
        }
        return Best(patience, () => pool.Run([.. batches.Select(batch => Part(batch, all))])) / batches.Count;

        BatchJobs Part(TrainingBatch batch, int rows) => new(batch, [.. group.Select(expert => new DeviceJob(
            expert.Expert, [.. RowsOf(expert.Member).Take(rows)], expert.Member.Mode == ExpertMode.Learning))]);
    }

    /// <summary>The shortest time that it took, of at least two.</summary>
    private TimeSpan Best(TimeSpan patience, Action walk)
    {
        var begin = clock.GetTimestamp();
        var best = Measure(walk);
        do
        {
            var time = Measure(walk);
            best = time < best ? time : best;
        }
        while (clock.GetElapsedTime(begin) < patience);
        return best;
    }

    private TimeSpan Measure(Action action)
    {
        var begin = clock.GetTimestamp();
        action();
        return clock.GetElapsedTime(begin);
    }

    /// <summary>The rows of a batch that an expert sees: a routed one, its even part of them.</summary>
    private int[] RowsOf(Member member)
    {
        var routed = members.Count(other => other.IsRouted);
        var step = member.IsRouted ? Math.Max(1, routed / Math.Max(1, options.Router.TopK)) : 1;
        return [.. Enumerable.Range(0, options.Batch).Where(row => row % step == member.Key % step)
            .DefaultIfEmpty(0)];
    }
}

/// <summary>How long the experts of one specification take for a batch, on the CPU and on a device.</summary>
/// <param name="Text">The specification.</param>
/// <param name="Experts">How many experts there are of it.</param>
/// <param name="Compiling">Time until the kernel was ready.</param>
/// <param name="Cpu">Time on the CPU, spread over its threads.</param>
/// <param name="Device">Time on the device, the way there and back included.</param>
public sealed record KindTiming(string Text, int Experts, TimeSpan Compiling, TimeSpan Cpu, TimeSpan Device)
{
    /// <summary>
    /// What the device has to be faster by: the CPU has it where they are about equal, or the clock erred.
    /// </summary>
    public const double LeastGain = 1.25;

    /// <summary>Whether the device is to compute them.</summary>
    public bool IsForDevice => IsFaster(Cpu, Device);

    /// <summary>The rule: whether a device that takes so long is to be preferred.</summary>
    public static bool IsFaster(TimeSpan cpu, TimeSpan device) => device * LeastGain <= cpu;
}
