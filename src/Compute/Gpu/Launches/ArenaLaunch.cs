using System.Runtime.InteropServices;
using ILGPU.Runtime;
using MoE.Compute.Encoding;
using MoE.Compute.Gpu.Slots;

namespace MoE.Compute.Gpu.Launches;

/// <summary>All that consecutive batches ask of the experts of one arena, in one launch.</summary>
internal sealed class ArenaLaunch(Accelerator accelerator, IExpertArena arena, AcceleratorStream stream) : IDisposable
{
    private readonly Download _answers = new(accelerator);
    private readonly List<SlotJob> _jobs = [];
    private readonly List<int> _lined = [];
    private readonly List<LaunchItem> _items = [];
    private ProfilingMarker? _end;
    private UploadPart _sentItems;
    private UploadPart _rows;
    private int _length;

    /// <summary>Whether an expert can take the next batch within the launch that is lined up.</summary>
    public bool CanTake(DeviceJob job) => JobOf(job.Expert.Slot).CanTake(job.Learns);

    /// <summary>Lines up an expert's rows of a batch; its answers go to a place of the batch's list.</summary>
    public void Add(DeviceJob job, TrainingBatch batch, int firstRow, float[][] answers, int place)
    {
        var ofSlot = JobOf(job.Expert.Slot);
        if (ofSlot.Rows.IsEmpty)
            _lined.Add(job.Expert.Slot);
        ofSlot.Add(job, batch, firstRow, answers, place);
    }

    /// <summary>Writes down what is lined up.</summary>
    /// <param name="upload">Where.</param>
    /// <param name="length">Numbers of one row of an answer.</param>
    public void Describe(Upload upload, int length)
    {
        _items.Clear();
        var rowCount = 0;
        foreach (var slot in _lined)
        {
            var ofSlot = _jobs[slot];
            _items.Add(new LaunchItem
            {
                Slot = slot,
                FirstRow = rowCount,
                Rows = ofSlot.Rows.Length,
                Answer = rowCount * length,
                Learns = ofSlot.Learns ? 1 : 0,
            });
            rowCount += ofSlot.Rows.Length;
        }
        CollectionsMarshal.AsSpan(_items).CopyTo(upload.Add<LaunchItem>(_items.Count, out _sentItems));
        _length = rowCount * length;
        var rows = upload.Add<int>(rowCount, out _rows);
        foreach (var slot in _lined)
        {
            _jobs[slot].Rows.CopyTo(rows);
            rows = rows[_jobs[slot].Rows.Length..];
        }
    }

    /// <summary>Launches what was written down and sent, behind the launch before, and does not wait for it.</summary>
    public void Begin(Upload upload, LaunchView view)
    {
        (view.Items, view.Rows) = (upload.View<LaunchItem>(_sentItems), upload.View<int>(_rows));
        view.Answers = _answers.Room(_length);
        arena.Launch(stream, _items, view);
        _end = stream.AddProfilingMarker();
    }

    /// <summary>
    /// Waits for the kernels of the launch, and for no later one; then copies the answers here, done when the given
    /// stream is. May run on another thread while a later launch begins.
    /// </summary>
    public void Fetch(AcceleratorStream transfers)
    {
        if (_end is not { } end)
            return;
        end.Synchronize();
        _answers.Fetch(transfers);
    }

    /// <summary>Gives the answers out, which were fetched.</summary>
    /// <param name="length">Numbers of one row of an answer.</param>
    public void End(int length)
    {
        var numbers = _answers.Numbers;
        foreach (var slot in _lined)
        {
            var count = _jobs[slot].Rows.Length * length;
            _jobs[slot].End(numbers[..count], length);
            numbers = numbers[count..];
        }
        Clear();
    }

    /// <summary>Forgets what was lined up.</summary>
    public void Clear()
    {
        foreach (var slot in _lined)
            _jobs[slot].Clear();
        _lined.Clear();
        _end?.Dispose();
        _end = null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _end?.Dispose();
        _answers.Dispose();
    }

    private SlotJob JobOf(int slot)
    {
        while (_jobs.Count <= slot)
            _jobs.Add(new SlotJob());
        return _jobs[slot];
    }
}

/// <summary>An arena, the stream of its launches, and what each of those that may be under way needs.</summary>
internal sealed class ArenaLane : IDisposable
{
    private readonly AcceleratorStream _stream;
    private readonly ArenaLaunch[] _launches;

    /// <summary>A lane for so many launches at a time.</summary>
    public ArenaLane(Accelerator accelerator, string specification, IExpertArena arena, int depth)
    {
        (Specification, Arena, _stream) = (specification, arena, accelerator.CreateStream());
        _launches = [.. Enumerable.Range(0, depth).Select(_ => new ArenaLaunch(accelerator, arena, _stream))];
    }

    /// <summary>What its experts are.</summary>
    public string Specification { get; }

    /// <summary>The arena.</summary>
    public IExpertArena Arena { get; }

    /// <summary>The arena's part of a launch, by the launch's place among those that may be under ofSlot.</summary>
    public ArenaLaunch this[int place] => _launches[place];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var launch in _launches)
            launch.Dispose();
        _stream.Dispose();
        Arena.Dispose();
    }
}

/// <summary>
/// What the expert in one slot does with consecutive batches: one item of a launch. Kept from launch to launch.
/// </summary>
internal sealed class SlotJob
{
    private readonly List<int> _rows = [];
    private readonly List<(float[][] Answers, int Place, int Rows)> _pieces = [];

    /// <summary>Whether it learns.</summary>
    public bool Learns { get; private set; }

    /// <summary>The rows of the launch that it sees, in order.</summary>
    public ReadOnlySpan<int> Rows => CollectionsMarshal.AsSpan(_rows);

    /// <summary>Whether it is empty, or does with the next batch what it does with those before.</summary>
    public bool CanTake(bool learns) => _pieces.Count == 0 || Learns == learns;

    /// <summary>Adds the expert's rows of a batch; its answers go to a place of the batch's list.</summary>
    /// <param name="job">Which rows.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="firstRow">Where in the launch the batch's rows begin.</param>
    /// <param name="answers">The answers to the batch.</param>
    /// <param name="place">The expert's place there.</param>
    public void Add(DeviceJob job, TrainingBatch batch, int firstRow, float[][] answers, int place)
    {
        Learns = job.Learns;
        if (job.Rows is { } some)
            foreach (var row in some)
                _rows.Add(firstRow + row);
        else
            for (var row = 0; row < batch.Rows; row++)
                _rows.Add(firstRow + row);
        _pieces.Add((answers, place, job.Rows?.Length ?? batch.Rows));
    }

    /// <summary>Gives the answers out, batch by batch.</summary>
    /// <param name="numbers">Answers to all rows.</param>
    /// <param name="length">Numbers of one row.</param>
    public void End(ReadOnlySpan<float> numbers, int length)
    {
        foreach (var (answers, place, rows) in _pieces)
        {
            answers[place] = numbers[..(rows * length)].ToArray();
            numbers = numbers[(rows * length)..];
        }
    }

    /// <summary>Empties the ofSlot.</summary>
    public void Clear()
    {
        _pieces.Clear();
        _rows.Clear();
    }
}
