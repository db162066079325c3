using MoE.Compute.Data;
using MoE.Compute.Experts;

namespace MoE.Compute.Rosters;

/// <summary>What an expert of the pool does.</summary>
public enum ExpertMode
{
    /// <summary>Predicts, then learns.</summary>
    Learning,

    /// <summary>Predicts, and stays as it is.</summary>
    Frozen,

    /// <summary>Does neither: its numbers are kept for later and cost nothing per row.</summary>
    Reserve,
}

/// <summary>An expert of the pool: what it is, what it does, and how it came.</summary>
/// <param name="Key">Its number, unique for ever: 0, 1, 2, ... in the order in which experts came.</param>
/// <param name="Origin">
/// The name that its numbers have in stores for ever: its first id, followed by its key where the pool did not begin
/// with it.
/// </param>
/// <param name="Spec">Its id, role, kind and options.</param>
public sealed record Member(long Key, string Origin, ExpertSpec Spec)
{
    /// <summary>What it does.</summary>
    public ExpertMode Mode { get; init; }

    /// <summary>The first batch that it may see.</summary>
    public long Since { get; init; } = 1;

    /// <summary>
    /// The first batch for which the mixers look at its answers, where it is not routed: the one after the first that
    /// it answered. A routed one is chosen as soon as the router's version that chooses knows it.
    /// </summary>
    public long HeardFrom { get; init; } = 1;

    /// <summary>Where the numbers that it began with are drawn from; a copy has its parent's.</summary>
    public ulong Seed { get; init; }

    /// <summary>Key of the expert that it began as a copy of; null for one that began afresh.</summary>
    public long? Parent { get; init; }

    /// <summary>Standard deviation of the noise that was added to the weights of the copy.</summary>
    public float Noise { get; init; }

    /// <summary>Where that noise was drawn from.</summary>
    public ulong NoiseSeed { get; init; }

    /// <summary>Whether it answers rows.</summary>
    public bool Answers => Mode != ExpertMode.Reserve;

    /// <summary>Whether the router may send it rows.</summary>
    public bool IsRouted => Answers && Spec.Role == ExpertRole.Routed;

    /// <summary>Whether the mixers look at its own answers to a batch.</summary>
    public bool IsHeard(long batch) => Answers && Spec.Role == ExpertRole.Shared && batch >= HeardFrom;

    /// <summary>Whether the mixers look at its answers to a batch, together with other archived ones'.</summary>
    public bool IsRecalled(long batch) => Answers && Spec.Role == ExpertRole.Archived && batch >= HeardFrom;

    /// <summary>An expert that has seen nothing: as this one began, unless it is a copy.</summary>
    public IExpert Create(Schema schema) => ExpertKinds.Create(Spec, schema, Seed);

    /// <summary>What this one begins as if it is a copy: its parent, with noise.</summary>
    /// <param name="parent">The parent after batch <see cref="Since"/> - 1, which is not changed.</param>
    public IExpert Copy(IExpert parent)
    {
        ArgumentNullException.ThrowIfNull(parent);
        var copy = parent.Clone();
        if (Noise > 0f)
            copy.AddNoise(Noise, NoiseSeed);
        return copy;
    }
}
