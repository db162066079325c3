using Akka.Actor;
using MoE.Compute.Encoding;
using static MoE.Actors.Expert.ExpertCommands;

namespace MoE.Actors.Devices;

/// <summary>Steps that wait for a device. Each expert's come in the order of their batches.</summary>
internal sealed class WaitingWalks
{
    private readonly SortedDictionary<long, List<(WalkRows Walk, IActorRef Expert)>> _byBatch = [];

    /// <summary>Whether none waits.</summary>
    public bool IsEmpty => _byBatch.Count == 0;

    /// <summary>Adds a step.</summary>
    public void Add(WalkRows walk, IActorRef expert)
    {
        if (!_byBatch.TryGetValue(walk.Batch.Number, out var steps))
            _byBatch[walk.Batch.Number] = steps = [];
        steps.Add((walk, expert));
    }

    /// <summary>Takes the steps of the oldest batches, up to a number of rows; at least those of one.</summary>
    public List<(EncodedBatch Batch, List<(WalkRows Walk, IActorRef Expert)> Steps)> Take(int rows)
    {
        List<(EncodedBatch Batch, List<(WalkRows Walk, IActorRef Expert)> Steps)> taken = [];
        foreach (var steps in _byBatch.Values)
        {
            var batch = steps[0].Walk.Batch;
            rows -= batch.Rows;
            if (rows < 0 && taken.Count > 0)
                break;
            taken.Add((batch, steps));
        }
        foreach (var (batch, _) in taken)
            _byBatch.Remove(batch.Number);
        return taken;
    }
}
