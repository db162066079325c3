using System.Runtime.InteropServices;
using ILGPU.Runtime;
using MoE.Compute.Encoding;
using MoE.Compute.Experts;
using MoE.Compute.Files;
using MoE.Compute.Gpu;

namespace MoE.Compute.Checks;

/// <summary>Compares experts of one specification on an accelerator with their definition in C#.</summary>
internal sealed class KernelCheck(Accelerator accelerator, string specification)
{
    private const ulong Seed = 7;
    private readonly ExpertSpec _spec = new("expert", ExpertRole.Shared, specification);

    /// <summary>Makes every comparison over one stream.</summary>
    /// <param name="stream">The rows.</param>
    /// <param name="batch">Rows of a batch.</param>
    public KernelFinding Run(EncodedStream stream, int batch)
    {
        List<TrainingBatch> batches = [.. stream.Batches(batch)];
        var difference = Learn(stream, batches);
        var (frozenDifference, stays) = Freeze(stream, batches);
        var (imageDifference, keeps) = Exchange(stream, batches);
        return new KernelFinding(specification, stream.Rows, difference, frozenDifference, imageDifference,
            Replays(stream, batches) && Gathers(stream, batches) && Overlaps(stream, batches),
            keeps && stays && Copies(stream, batches));
    }

    /// <summary>Greatest difference of the probabilities of an expert that learns all rows.</summary>
    public double Learn(EncodedStream stream, IReadOnlyList<TrainingBatch> batches)
    {
        using var pool = new DevicePool(accelerator, stream.Schema);
        var expert = Create(stream);
        var onDevice = Add(pool, expert);
        return batches.Max(
            batch => Difference(
                expert.Heads, batch, ExpertRunner.Run(expert, batch, null), All(pool, onDevice, batch)));
    }

    /// <summary>
    /// The same of an expert that learned the first batch elsewhere and learns no more; and whether its image stays
    /// as it is once all was done that had been put off.
    /// </summary>
    public (double Difference, bool Stays) Freeze(EncodedStream stream, IReadOnlyList<TrainingBatch> batches)
    {
        using var pool = new DevicePool(accelerator, stream.Schema);
        var expert = Create(stream);
        ExpertRunner.Run(expert, batches[0], null);
        var onDevice = Add(pool, expert);
        All(pool, onDevice, batches[^1], learns: false);
        var image = pool.Read(onDevice);
        var difference = batches.Max(batch => Difference(
            expert.Heads, batch, ExpertRunner.Run(expert, batch, null, learns: false),
            All(pool, onDevice, batch, learns: false)));
        return (difference, pool.Read(onDevice).Span.SequenceEqual(image.Span));
    }

    /// <summary>
    /// The same, after all batches but the last, of an expert and one in C# that continues from its image; and whether
    /// that one's image continues with the same bits on the device.
    /// </summary>
    public (double Difference, bool Keeps) Exchange(EncodedStream stream, IReadOnlyList<TrainingBatch> batches)
    {
        using var pool = new DevicePool(accelerator, stream.Schema);
        var onDevice = Add(pool, Create(stream));
        foreach (var batch in batches.SkipLast(1))
            All(pool, onDevice, batch);
        var back = Create(stream);
        back.Load(new StateReader(pool.Read(onDevice)));
        var again = Add(pool, back);
        var (last, heads) = (batches[^1], back.Heads);
        var (first, second) = (All(pool, onDevice, last), All(pool, again, last));
        return (
            Difference(heads, last, ExpertRunner.Run(back, last, null), first),
            SameBits(heads, last, null, first, second));
    }

    /// <summary>
    /// Whether an expert that learns every third row gives the same bits alone and between others, one of which left,
    /// and ends with the same image.
    /// </summary>
    public bool Replays(EncodedStream stream, IReadOnlyList<TrainingBatch> batches)
    {
        using var pool = new DevicePool(accelerator, stream.Schema);
        using var alone = new DevicePool(accelerator, stream.Schema);
        var first = Add(pool, Create(stream));
        var second = Add(pool, Create(stream, Seed + 1), Seed + 1);
        pool.Remove(Add(pool, Create(stream)));
        var single = Add(alone, Create(stream));
        foreach (var batch in batches)
        {
            int[] some = [.. Enumerable.Range(0, batch.Rows).Where(row => row % 3 == 0)];
            var together = pool.Run(batch, [new(second, null, Learns: true), new(first, some, Learns: true)]);
            var expected = alone.Run(batch, [new(single, some, Learns: true)]);
            if (!SameBits(single.Heads, batch, some, expected[0], together[1]))
                return false;
        }
        return alone.Read(single).Span.SequenceEqual(pool.Read(first).Span);
    }

    /// <summary>
    /// Whether two experts give the same bits, and end with the same images, when all batches are given in one call as
    /// when each has its own. One of them sees some of the batches, and is frozen from one on.
    /// </summary>
    public bool Gathers(EncodedStream stream, IReadOnlyList<TrainingBatch> batches)
    {
        using var pool = new DevicePool(accelerator, stream.Schema);
        using var alone = new DevicePool(accelerator, stream.Schema);
        DeviceExpert[] experts = [Add(pool, Create(stream)), Add(pool, Create(stream, Seed + 1), Seed + 1)];
        DeviceExpert[] singles = [Add(alone, Create(stream)), Add(alone, Create(stream, Seed + 1), Seed + 1)];
        var together = pool.Run([.. batches.Select((batch, n) => new BatchJobs(batch, Ways(experts, batch, n)))]);
        for (var n = 0; n < batches.Count; n++)
            foreach (var (place, way) in Ways(singles, batches[n], n).Index())
            {
                var expected = alone.Run(batches[n], [way])[0];
                if (!SameBits(way.Expert.Heads, batches[n], way.Rows, expected, together[n][place]))
                    return false;
            }
        return experts.Zip(singles).All(pair => pool.Read(pair.First).Span.SequenceEqual(alone.Read(pair.Second).Span));
    }

    /// <summary>
    /// Whether an expert gives the same bits, and ends with the same image, when a launch begins before the one before
    /// has ended, while its slot gets wider and others come and go, as when each is waited for.
    /// </summary>
    public bool Overlaps(EncodedStream stream, IReadOnlyList<TrainingBatch> batches)
    {
        using var pool = new DevicePool(accelerator, stream.Schema);
        using var alone = new DevicePool(accelerator, stream.Schema);
        var (expert, single) = (Add(pool, Create(stream)), Add(alone, Create(stream)));
        var underWay = new Queue<IDeviceLaunch>();
        List<float[]> answers = [];
        foreach (var batch in batches)
        {
            underWay.Enqueue(pool.Begin([new BatchJobs(batch, [new(expert, null, Learns: true)])]));
            if (underWay.Count < DevicePool.Depth)
                continue;
            pool.Remove(pool.Clone(expert, 0.1f, Seed));
            answers.Add(underWay.Dequeue().Answers()[0][0]);
        }
        answers.AddRange(underWay.Select(launch => launch.Answers()[0][0]));
        return batches.Zip(answers).All(pair =>
                SameBits(expert.Heads, pair.First, null, All(alone, single, pair.First), pair.Second))
            && pool.Read(expert).Span.SequenceEqual(alone.Read(single).Span);
    }

    /// <summary>
    /// Whether copies of an expert that learned on the device, one as it is and one with noise, are those that its
    /// image gives, and continue as they do.
    /// </summary>
    public bool Copies(EncodedStream stream, IReadOnlyList<TrainingBatch> batches)
    {
        const float Deviation = 0.03f;
        using var pool = new DevicePool(accelerator, stream.Schema);
        var parent = Add(pool, Create(stream));
        foreach (var batch in batches.SkipLast(1))
            All(pool, parent, batch);
        var before = pool.Read(parent).ToArray();
        foreach (var noise in new[] { 0f, Deviation })
        {
            var definition = Create(stream);
            definition.Load(new StateReader(before));
            if (noise > 0f)
                definition.AddNoise(noise, Seed);
            var (copy, expected) = (pool.Clone(parent, noise, Seed), Add(pool, definition));
            var isSame = pool.Read(copy).Span.SequenceEqual(pool.Read(expected).Span);
            var (last, heads) = (batches[^1], parent.Heads);
            if (!isSame || !SameBits(heads, last, null, All(pool, expected, last), All(pool, copy, last))
                || !pool.Read(copy).Span.SequenceEqual(pool.Read(expected).Span))
                return false;
        }
        return pool.Read(parent).Span.SequenceEqual(before);
    }

    private static DeviceJob[] Ways(DeviceExpert[] experts, TrainingBatch batch, int number) => number % 3 == 1
        ? [new(experts[0], null, Learns: true)]
        : [new(experts[1], [0, batch.Rows - 1], Learns: number < 4), new(experts[0], null, Learns: true)];

    private static float[] All(DevicePool pool, DeviceExpert expert, TrainingBatch batch, bool learns = true) =>
        pool.Run(batch, [new DeviceJob(expert, null, learns)])[0];

    private IExpert Create(EncodedStream stream, ulong seed = Seed) => ExpertKinds.Create(_spec, stream.Schema, seed);

    private DeviceExpert Add(DevicePool pool, IExpert expert, ulong seed = Seed)
    {
        var image = new StateWriter();
        expert.Save(image);
        return pool.Add(_spec, seed, image.Written);
    }

    /// <summary>Greatest difference of the probabilities of classes that are known before a row.</summary>
    public static double Difference(int heads, TrainingBatch batch, float[] expected, float[] answers)
    {
        var greatest = 0d;
        foreach (var (answer, known) in Known(heads, batch, rows: null))
            for (var c = answer; c < answer + known; c++)
            {
                var difference = Math.Abs(Math.Exp(expected[c]) - Math.Exp(answers[c]));
                greatest = difference <= greatest ? greatest : difference;      // NaN counts, too
            }
        return double.IsNaN(greatest) ? double.PositiveInfinity : greatest;
    }

    private static bool SameBits(int heads, TrainingBatch batch, int[]? rows, float[] expected, float[] answers) =>
        Known(heads, batch, rows).All(answer => Bits(expected, answer).SequenceEqual(Bits(answers, answer)));

    private static ReadOnlySpan<byte> Bits(float[] answers, (int At, int Known) answer) =>
        MemoryMarshal.AsBytes(answers.AsSpan(answer.At, answer.Known));

    /// <summary>Where the answers of all heads begin, and how many classes they are about.</summary>
    private static IEnumerable<(int At, int Known)> Known(int heads, TrainingBatch batch, int[]? rows)
    {
        for (var i = 0; i < (rows?.Length ?? batch.Rows) * heads; i++)
            yield return (
                i * batch.Labels.Stride, batch.Labels.KnownClasses[rows is null ? i / heads : rows[i / heads]]);
    }
}
