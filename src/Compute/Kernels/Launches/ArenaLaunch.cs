using ILGPU;
using ILGPU.Runtime;
using MoE.Compute.Encoding;
using MoE.Compute.Kernels.Slots;

namespace MoE.Compute.Kernels.Launches;

/// <summary>The launches of one arena, on a stream of its own: all that a batch asks of its experts, in one.</summary>
internal sealed class ArenaLaunch(Accelerator accelerator, IExpertArena arena) : IDisposable
{
    private readonly AcceleratorStream _stream = accelerator.CreateStream();
    private readonly DeviceArray<WalkStep> _steps = new(accelerator);
    private readonly DeviceArray<int> _rows = new(accelerator);
    private readonly DeviceArray<float> _answers = new(accelerator);
    private readonly List<(int Place, WalkStep Step)> _lined = [];
    private readonly List<int> _rowList = [];
    private ArrayView<float> _room;
    private float[] _host = [];
    private int _length;

    /// <summary>The arena.</summary>
    public IExpertArena Arena => arena;

    /// <summary>Lines up an expert's way through the batch; its answers go to a place of the list of answers.</summary>
    public void Add(EncodedBatch batch, DeviceWalk walk, int place)
    {
        var count = walk.Rows?.Length ?? batch.Rows;
        _lined.Add((place, new WalkStep
        {
            Slot = walk.Expert.Slot,
            FirstRow = _rowList.Count,
            Rows = count,
            Answer = _length,
            Learns = walk.Learns ? 1 : 0,
        }));
        _rowList.AddRange(walk.Rows ?? Enumerable.Range(0, batch.Rows));
        _length += count * arena.Heads * batch.ClassStride;
    }

    /// <summary>Launches what is lined up, and does not wait for it.</summary>
    public void Begin(WalkView view)
    {
        if (_lined.Count == 0)
            return;
        view.Steps = _steps.Copy(_stream, [.. _lined.Select(lined => lined.Step)]);
        view.Rows = _rows.Copy(_stream, [.. _rowList]);
        view.Answers = _room = _answers.Room(_length);
        arena.Launch(_stream, _lined.Count, view);
    }

    /// <summary>Waits for the launch, and gives the answers out.</summary>
    public void End(float[]?[] answers)
    {
        if (_lined.Count == 0)
            return;
        if (_host.Length < _length)
            _host = new float[2 * _length];
        _room.CopyToCPU(_stream, _host.AsSpan(0, _length));
        _stream.Synchronize();
        for (var i = 0; i < _lined.Count; i++)
        {
            var end = i + 1 < _lined.Count ? _lined[i + 1].Step.Answer : _length;
            answers[_lined[i].Place] = _host[_lined[i].Step.Answer..end];
        }
        _lined.Clear();
        _rowList.Clear();
        _length = 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _steps.Dispose();
        _rows.Dispose();
        _answers.Dispose();
        _stream.Dispose();
        arena.Dispose();
    }
}
