using System.Runtime.InteropServices;
using ILGPU.Runtime;
using MoE.Compute.Encoding;
using MoE.Compute.Kernels.Slots;

namespace MoE.Compute.Kernels.Launches;

/// <summary>All that consecutive batches ask of the experts of one arena, in one launch.</summary>
internal sealed class ArenaLaunch(Accelerator accelerator, IExpertArena arena, AcceleratorStream stream) : IDisposable
{
    private readonly Download _answers = new(accelerator);
    private readonly List<SlotWalk> _walks = [];
    private readonly List<int> _lined = [];
    private readonly List<WalkStep> _steps = [];
    private ProfilingMarker? _end;
    private UploadPart _sentSteps;
    private UploadPart _rows;
    private int _length;

    /// <summary>Whether an expert's way can go on through the next batch within the launch that is lined up.</summary>
    public bool CanTake(DeviceWalk walk) => WalkOf(walk.Expert.Slot).CanTake(walk.Learns);

    /// <summary>Lines up an expert's way through a batch; its answers go to a place of the batch's list.</summary>
    public void Add(DeviceWalk walk, TrainingBatch batch, int firstRow, float[][] answers, int place)
    {
        var way = WalkOf(walk.Expert.Slot);
        if (way.Rows.IsEmpty)
            _lined.Add(walk.Expert.Slot);
        way.Add(walk, batch, firstRow, answers, place);
    }

    /// <summary>Writes down what is lined up.</summary>
    /// <param name="upload">Where.</param>
    /// <param name="length">Numbers of one row of an answer.</param>
    public void Describe(Upload upload, int length)
    {
        _steps.Clear();
        var rowCount = 0;
        foreach (var slot in _lined)
        {
            var way = _walks[slot];
            _steps.Add(new WalkStep
            {
                Slot = slot,
                FirstRow = rowCount,
                Rows = way.Rows.Length,
                Answer = rowCount * length,
                Learns = way.Learns ? 1 : 0,
            });
            rowCount += way.Rows.Length;
        }
        CollectionsMarshal.AsSpan(_steps).CopyTo(upload.Add<WalkStep>(_steps.Count, out _sentSteps));
        _length = rowCount * length;
        var rows = upload.Add<int>(rowCount, out _rows);
        foreach (var slot in _lined)
        {
            _walks[slot].Rows.CopyTo(rows);
            rows = rows[_walks[slot].Rows.Length..];
        }
    }

    /// <summary>Launches what was written down and sent, behind the launch before, and does not wait for it.</summary>
    public void Begin(Upload upload, WalkView view)
    {
        (view.Steps, view.Rows) = (upload.View<WalkStep>(_sentSteps), upload.View<int>(_rows));
        view.Answers = _answers.Room(_length);
        arena.Launch(stream, _steps, view);
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
            var count = _walks[slot].Rows.Length * length;
            _walks[slot].End(numbers[..count], length);
            numbers = numbers[count..];
        }
        Clear();
    }

    /// <summary>Forgets what was lined up.</summary>
    public void Clear()
    {
        foreach (var slot in _lined)
            _walks[slot].Clear();
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

    private SlotWalk WalkOf(int slot)
    {
        while (_walks.Count <= slot)
            _walks.Add(new SlotWalk());
        return _walks[slot];
    }
}
