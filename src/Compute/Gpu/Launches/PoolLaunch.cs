using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using MoE.Compute.Encoding;
using MoE.Compute.Gpu.Slots;

namespace MoE.Compute.Gpu.Launches;

/// <summary>
/// One of the launches of a pool that may be under way: rows packed in page-locked memory of its own and sent on a
/// stream of its own, while the one before computes.
/// </summary>
internal sealed class PoolLaunch(Accelerator accelerator, FetchThread fetcher, int place) : IDisposable
{
    private readonly AcceleratorStream _transfers = accelerator.CreateStream();
    private readonly Upload _upload = new(accelerator);
    private readonly List<TrainingBatch> _lined = [];
    private readonly List<float[][]> _answers = [];
    private readonly List<ArenaLane> _lanes = [];

    /// <summary>Batches that are lined up.</summary>
    public int Batches => _lined.Count;

    /// <summary>What slots need room for.</summary>
    public SlotRoom Room => _lined.Select(SlotRoom.For).Aggregate((a, b) => a.With(b));

    /// <summary>Done once the answers are here; fails where the device does.</summary>
    public Task Done { get; private set; } = Task.CompletedTask;

    /// <summary>Lines up batches, from the first on, while one launch can do them.</summary>
    public void LineUp(IReadOnlyList<BatchJobs> batches)
    {
        var rows = 0;
        foreach (var (batch, jobs) in batches)
        {
            if (_lined.Count > 0 && !(batch.Labels.Stride == _lined[0].Labels.Stride
                && jobs.All(job => job.Expert.Lane[place].CanTake(job))))
                return;
            var answers = new float[jobs.Count][];
            foreach (var (at, job) in jobs.Index())
            {
                if (!_lanes.Contains(job.Expert.Lane))
                    _lanes.Add(job.Expert.Lane);
                job.Expert.Lane[place].Add(job, batch, rows, answers, at);
            }
            _lined.Add(batch);
            _answers.Add(answers);
            rows += batch.Rows;
        }
    }

    /// <summary>Sends what is lined up, and lines up the kernels behind those of the launch before.</summary>
    /// <param name="corrections">Adam's corrections, on the device.</param>
    public void Begin(ArrayView<float> corrections)
    {
        var like = _lined[0];
        _upload.Clear();
        var rows = RowsUpload.Add(_upload, CollectionsMarshal.AsSpan(_lined));
        foreach (var lane in _lanes)
            lane[place].Describe(_upload, lane.Arena.Heads * like.Labels.Stride);
        _upload.Send(_transfers);
        _transfers.Synchronize();                            // no stream of ILGPU's waits for another one
        var view = new LaunchView
        {
            Batch = rows.View(_upload, like),
            Corrections = corrections,
        };
        foreach (var lane in _lanes)
            lane[place].Begin(_upload, view);
        Done = fetcher.RunAsync(Fetch);
    }

    /// <summary>Gives the answers out, which are here, and forgets what was lined up.</summary>
    public float[][][] End()
    {
        foreach (var lane in _lanes)
            lane[place].End(lane.Arena.Heads * _lined[0].Labels.Stride);
        float[][][] answers = [.. _answers];
        Clear();
        return answers;
    }

    /// <summary>Forgets what was lined up.</summary>
    public void Clear()
    {
        foreach (var lane in _lanes)
            lane[place].Clear();
        _lanes.Clear();
        _lined.Clear();
        _answers.Clear();
    }

    /// <summary>Waits until the device has done with it, whether it failed or not.</summary>
    public void Wait() => Task.WaitAny(Done);

    /// <inheritdoc/>
    public void Dispose()
    {
        Wait();
        _upload.Dispose();
        _transfers.Dispose();
    }

    private void Fetch()
    {
        foreach (var lane in _lanes)
            lane[place].Fetch(_transfers);
        _transfers.Synchronize();
    }
}
