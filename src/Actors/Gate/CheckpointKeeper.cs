using MoE.Compute.Rosters;
using static MoE.Actors.Gate.GateCommands;

namespace MoE.Actors.Gate;

/// <summary>Images that no checkpoint needs any more: all of one owner up to a batch.</summary>
/// <param name="Origin">The expert; null for the gate.</param>
/// <param name="UpTo">The batch.</param>
internal sealed record DispensableImages(string? Origin, long UpTo);

/// <summary>
/// The checkpoint in the making, how many failed before, and what may be deleted once one is complete. One deletion
/// runs at a time: two may lock each other out in a database.
/// </summary>
internal sealed class CheckpointKeeper
{
    /// <summary>Checkpoints in a row that may fail before the model stops.</summary>
    public const int MostFailures = 3;

    private readonly Dictionary<long, long> _cleanedTo = [];
    private readonly HashSet<string> _gone = [];
    private IReadOnlyList<string> _goneNow = [];
    private CheckpointCompleted? _next;
    private int _deletions;

    /// <summary>The one in the making; null for none.</summary>
    public CheckpointRound? Round { get; private set; }

    /// <summary>How many failed since the last that was complete.</summary>
    public int Failures { get; private set; }

    /// <summary>Why the first of them failed: later ones may only say that the store is given a rest.</summary>
    public string? FirstFailure { get; private set; }

    /// <summary>Whether one is wanted as soon as it can begin.</summary>
    public bool IsOwed { get; set; }

    /// <summary>Whether something is being deleted.</summary>
    public bool IsDeleting => _deletions > 0;

    /// <summary>Whether an expert's image is still to come.</summary>
    public bool Awaits(long key) => Round?.Awaits(key) == true;

    /// <summary>Begins one.</summary>
    public void Begin(CheckpointRound round) => (Round, IsOwed) = (round, false);

    /// <summary>Gives the one in the making up, where half of its images are of numbers that are gone.</summary>
    public void Abandon()
    {
        if (Round is { Completing: false })
            Round = null;
        IsOwed = true;
    }

    /// <summary>Notes that the gate's image after a batch is stored.</summary>
    public void GateSaved(long number)
    {
        if (Round?.Number == number)
            Round.GateStored = true;
    }

    /// <summary>Notes from which snapshot an expert's state after a batch is to be had.</summary>
    public void Saved(long key, long number, long image)
    {
        if (Round?.Number == number)
            Round.Saved(key, image);
    }

    /// <summary>What makes the checkpoint count, once all that it stands for is stored; null until then.</summary>
    /// <param name="durable">The last batch that is stored in the log.</param>
    public CompleteCheckpoint? Complete(long durable)
    {
        if (Round is not { IsStored: true, Completing: false } round || durable < round.Number)
            return null;
        round.Completing = true;
        return new CompleteCheckpoint(round.Number, round.Barrier, round.Sources, round.Roster, round.Images());
    }

    /// <summary>The one in the making is complete.</summary>
    public void Completed() => (Round, Failures, FirstFailure) = (null, 0, null);

    /// <summary>
    /// Notes that an image after a batch could not be stored; false where that is not the one in the making.
    /// </summary>
    public bool Fail(long number, string reason)
    {
        if (Round?.Number != number)
            return false;
        Round = null;
        Failures++;
        FirstFailure ??= reason;
        return true;
    }

    /// <summary>Notes an expert that is in the pool no more.</summary>
    public void Left(long key, string origin)
    {
        _cleanedTo.Remove(key);
        _gone.Add(origin);
    }

    /// <summary>Notes experts that left the pool before this process began.</summary>
    public void LeftBefore(IEnumerable<string> origins) => _gone.UnionWith(origins);

    /// <summary>
    /// Begins to delete what comes before a checkpoint; false where that must wait for a deletion under way, after
    /// which <see cref="Deleted"/> answers it.
    /// </summary>
    public bool BeginDeleting(CheckpointCompleted oldest)
    {
        _next = IsDeleting ? oldest : null;
        if (IsDeleting)
            return false;
        _deletions = 1;                                      // the events
        return true;
    }

    /// <summary>The images to delete, each of which is to be answered by <see cref="Deleted"/>.</summary>
    /// <param name="state">What the log says.</param>
    /// <param name="oldest">The oldest checkpoint that is kept.</param>
    /// <param name="present">The experts that there are.</param>
    /// <param name="encoded">The last batch encoded.</param>
    public IReadOnlyList<DispensableImages> Dispensable(
        GateState state, CheckpointCompleted oldest, IReadOnlyCollection<Member> present, long encoded)
    {
        List<DispensableImages> images = [];
        if (oldest.Number > 1)
            images.Add(new DispensableImages(null, oldest.Number - 1));
        foreach (var member in present)
        {
            var last = state.DispensableImageOf(member.Key, oldest);
            if (last <= _cleanedTo.GetValueOrDefault(member.Key))
                continue;
            images.Add(new DispensableImages(member.Origin, last));
            _cleanedTo[member.Key] = last;
        }
        var needed = present.Concat(state.Checkpoint?.Roster.Members ?? [])
            .Concat(state.Previous?.Roster.Members ?? []).Select(member => member.Origin).ToHashSet();
        _goneNow = [.. _gone.Where(origin => !needed.Contains(origin))];
        _gone.ExceptWith(_goneNow);
        if (encoded > 0)
            images.AddRange(_goneNow.Select(origin => new DispensableImages(origin, encoded)));
        _deletions += images.Count;
        return images;
    }

    /// <summary>Images could not be deleted: all are tried again after the next checkpoint.</summary>
    public void DeletionFailed()
    {
        _cleanedTo.Clear();
        _gone.UnionWith(_goneNow);
    }

    /// <summary>A deletion has ended; answers the checkpoint before which to delete next, null for none.</summary>
    public CheckpointCompleted? Deleted()
    {
        _deletions--;
        if (IsDeleting)
            return null;
        var next = _next;
        _next = null;
        return next;
    }
}
