using MoE.Compute.Experts;
using MoE.Compute.Files;
using MoE.Compute.Rosters;

namespace MoE.Compute.Growth;

/// <summary>
/// The steps that were decided on and that no mixed batch has seen yet. A batch takes those of its own number, and
/// taking leaves them here: whatever was encoded ahead of an image, the image knows them still.
/// </summary>
internal sealed class GrowthPlan
{
    /// <summary>Bytes of a step at least: three numbers and a length.</summary>
    private const int StepBytes = 32;

    private readonly List<GrowthStep> _steps = [];

    /// <summary>Adds a step after the others.</summary>
    public void Add(GrowthStep step) => _steps.Add(step);

    /// <summary>Whether a step does this to an expert.</summary>
    public bool Has(GrowthAct act, long key)
    {
        foreach (var step in _steps)
            if (step.Act == act && step.Key == key)
                return true;
        return false;
    }

    /// <summary>The experts that the steps of a kind are about, in the order of the steps.</summary>
    public IEnumerable<long> KeysOf(GrowthAct act) => _steps.Where(step => step.Act == act).Select(step => step.Key);

    /// <summary>How many steps do this.</summary>
    public int Count(GrowthAct act) => _steps.Count(step => step.Act == act);

    /// <summary>The commands that a batch's pool is to have seen, in their order.</summary>
    public IReadOnlyList<RosterCommand> Due(long batch, Roster roster)
    {
        if (_steps.Count == 0 || !_steps.Exists(step => step.At == batch))
            return [];
        return [.. _steps.Where(step => step.At == batch).Select(step => step.For(roster)).OfType<RosterCommand>()];
    }

    /// <summary>Forgets the steps that the batch's pool has seen, or has refused.</summary>
    public void Pass(long batch)
    {
        if (_steps.Count > 0)
            _steps.RemoveAll(step => step.At <= batch);
    }

    public void Save(StateWriter state)
    {
        state.Write((long)_steps.Count);
        foreach (var step in _steps)
        {
            state.Write(step.At);
            state.Write((long)step.Act);
            state.Write(step.Key);
            state.Write(step.Reason);
        }
    }

    /// <param name="state">What <see cref="Save"/> wrote.</param>
    /// <param name="mixed">The last batch mixed.</param>
    /// <param name="window">Batches that may be under way.</param>
    public void Load(StateReader state, long mixed, int window)
    {
        _steps.Clear();
        for (var left = state.ReadItemCount(StepBytes); left > 0; left--)
            _steps.Add(new GrowthStep(
                state.ReadInt64(mixed + 1, mixed + window), (GrowthAct)state.ReadCount((int)GrowthAct.Clone),
                state.ReadInt64(0, long.MaxValue), state.ReadString()));
    }
}

/// <summary>What a step does to the pool.</summary>
internal enum GrowthAct
{
    /// <summary>A copy of the expert as it is then comes as a reserve: it is not asked.</summary>
    Reserve,

    /// <summary>A copy of the expert as it is then joins the archive.</summary>
    Archive,

    /// <summary>The reserve joins the archive.</summary>
    Join,

    /// <summary>The expert goes.</summary>
    Retire,

    /// <summary>A copy of the routed expert comes that is a little different and learns.</summary>
    Clone,
}

/// <summary>One change that was decided on.</summary>
/// <param name="At">The batch from which on it is to hold.</param>
/// <param name="Act">What it does.</param>
/// <param name="Key">The expert that it is about.</param>
/// <param name="Reason">Why, in one sentence.</param>
internal sealed record GrowthStep(long At, GrowthAct Act, long Key, string Reason)
{
    /// <summary>Standard deviation of the noise that makes two experts of one.</summary>
    private const float CloneNoise = 0.01f;

    /// <summary>The step as a command on a pool; null if the expert is not there any more.</summary>
    public RosterCommand? For(Roster roster) => roster.PlaceOf(Key) is >= 0 and var place
        ? Command(Roster.NameOf(roster[place])) with { Reason = Reason }
        : null;

    private RosterCommand Command(string id) => Act switch
    {
        GrowthAct.Reserve => new AddExpert { CloneOf = id, Role = ExpertRole.Archived, Mode = ExpertMode.Reserve },
        GrowthAct.Archive => new AddExpert { CloneOf = id, Role = ExpertRole.Archived, Mode = ExpertMode.Frozen },
        GrowthAct.Join => new FreezeExpert(id),
        GrowthAct.Clone => new AddExpert { CloneOf = id, Noise = CloneNoise },
        _ => new RetireExpert(id),
    };
}
