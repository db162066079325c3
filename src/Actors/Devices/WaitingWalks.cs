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

    /// <summary>Takes all steps of the oldest batch: those that one launch of each kind can do.</summary>
    public (EncodedBatch Batch, List<(WalkRows Walk, IActorRef Expert)> Steps) Take()
    {
        var (number, steps) = _byBatch.First();
        _byBatch.Remove(number);
        return (steps[0].Walk.Batch, steps);
    }
}
