using Akka.Actor;
using MoE.Compute.Encoding;
using static MoE.Actors.Expert.ExpertCommands;

namespace MoE.Actors.Devices;

/// <summary>A batch, and the steps that wait for it.</summary>
internal sealed record WaitingBatch(TrainingBatch Batch, List<(ProcessRows Job, IActorRef Expert)> Steps);

/// <summary>Steps that wait for a device. Each expert's come in the order of their batches.</summary>
internal sealed class PendingJobs
{
    private readonly SortedDictionary<long, WaitingBatch> _byBatch = [];

    /// <summary>Whether none waits.</summary>
    public bool IsEmpty => _byBatch.Count == 0;

    /// <summary>Adds a step.</summary>
    public void Add(ProcessRows walk, IActorRef expert)
    {
        if (!_byBatch.TryGetValue(walk.Batch.Number, out var waiting))
            _byBatch[walk.Batch.Number] = waiting = new(walk.Batch, []);
        waiting.Steps.Add((walk, expert));
    }

    /// <summary>
    /// The oldest batches, up to a number of rows, or one that has more. Forgets the steps of stays that are over.
    /// </summary>
    public List<WaitingBatch> Peek(int rows, Func<long, bool> isStay)
    {
        List<WaitingBatch> oldest = [];
        List<WaitingBatch> over = [];
        foreach (var waiting in _byBatch.Values)
        {
            waiting.Steps.RemoveAll(step => !isStay(step.Job.Epoch));
            if (waiting.Steps.Count > 0)
                rows -= waiting.Batch.Rows;
            if (rows < 0 && oldest.Count > 0)
                break;
            (waiting.Steps.Count > 0 ? oldest : over).Add(waiting);
        }
        Remove(over);
        return oldest;
    }

    /// <summary>Lets batches go that are walked now.</summary>
    public void Remove(IEnumerable<WaitingBatch> batches)
    {
        foreach (var waiting in batches)
            _byBatch.Remove(waiting.Batch.Number);
    }
}
