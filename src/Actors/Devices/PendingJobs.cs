using Akka.Actor;
using MoE.Compute.Encoding;

namespace MoE.Actors.Devices;

/// <summary>A batch, and the jobs that wait for it.</summary>
internal sealed record WaitingBatch(TrainingBatch Batch, List<(ResidentJob Job, IActorRef Expert)> Jobs);

/// <summary>Jobs of one model that wait for a device. Each expert's come in the order of their batches.</summary>
internal sealed class PendingJobs
{
    private readonly SortedDictionary<long, WaitingBatch> _byBatch = [];

    /// <summary>Whether none waits.</summary>
    public bool IsEmpty => _byBatch.Count == 0;

    /// <summary>Adds a job.</summary>
    public void Add(ResidentJob job, IActorRef expert)
    {
        if (!_byBatch.TryGetValue(job.Batch.Number, out var waiting))
            _byBatch[job.Batch.Number] = waiting = new(job.Batch, []);
        waiting.Jobs.Add((job, expert));
    }

    /// <summary>
    /// The oldest batches, up to a number of rows, or one that has more. Forgets the jobs of residences that are over.
    /// </summary>
    public List<WaitingBatch> Peek(int rows, Func<long, bool> isResident)
    {
        List<WaitingBatch> oldest = [];
        List<WaitingBatch> over = [];
        foreach (var waiting in _byBatch.Values)
        {
            waiting.Jobs.RemoveAll(one => !isResident(one.Job.Epoch));
            if (waiting.Jobs.Count > 0)
                rows -= waiting.Batch.Rows;
            if (rows < 0 && oldest.Count > 0)
                break;
            (waiting.Jobs.Count > 0 ? oldest : over).Add(waiting);
        }
        Remove(over);
        return oldest;
    }

    /// <summary>Removes batches that are computed now.</summary>
    public void Remove(IEnumerable<WaitingBatch> batches)
    {
        foreach (var waiting in batches)
            _byBatch.Remove(waiting.Batch.Number);
    }
}
