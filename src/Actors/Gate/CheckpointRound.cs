using MoE.Actors.Storage;
using MoE.Compute.Data;
using MoE.Compute.Gating;
using MoE.Compute.Rosters;

namespace MoE.Actors.Gate;

/// <summary>A checkpoint in the making: which images after one batch are stored, and which are still awaited.</summary>
/// <param name="number">The batch.</param>
/// <param name="barrier">Sequence number of the last event written before the batch after it.</param>
/// <param name="sources">How far the sources were read with it.</param>
/// <param name="encoding">What the gate's encoding saved right after the batch was encoded.</param>
/// <param name="roster">The pool that saw the batch.</param>
internal sealed class CheckpointRound(
    long number, long barrier, IReadOnlyList<SourcePosition> sources, byte[] encoding, Roster roster)
{
    private readonly long[] _images = [.. Enumerable.Repeat(-1L, roster.Count)];
    private int _missing = roster.Count;

    public long Number => number;

    public long Barrier => barrier;

    public IReadOnlyList<SourcePosition> Sources => sources;

    public Roster Roster => roster;

    /// <summary>Whether the gate's image is on its way into the store.</summary>
    public bool GateTaken { get; private set; }

    /// <summary>Whether the gate's image is stored.</summary>
    public bool GateStored { get; set; }

    /// <summary>Whether the event that ends the round is on its way into the log.</summary>
    public bool Completing { get; set; }

    /// <summary>Whether every image is stored.</summary>
    public bool IsStored => GateStored && _missing == 0;

    /// <summary>Whether an expert's image is still awaited.</summary>
    public bool Awaits(long key) => roster.PlaceOf(key) is >= 0 and var place && _images[place] < 0;

    /// <summary>Notes from which snapshot an expert's state after the batch is to be had.</summary>
    public void Saved(long key, long image)
    {
        if (!Awaits(key))
            return;
        _images[roster.PlaceOf(key)] = image;
        _missing--;
    }

    /// <summary>The gate's image, once the batch is mixed.</summary>
    public StateImage Take(string storageId, Compute.Gating.Gate gate)
    {
        GateTaken = true;
        return new StateImage(storageId, number, GateImage.Join(encoding, gate));
    }

    /// <summary>The images in the roster's order.</summary>
    public IReadOnlyList<ExpertImage> Images() =>
        [.. roster.Members.Select((member, place) => new ExpertImage(member.Origin, _images[place]))];
}
