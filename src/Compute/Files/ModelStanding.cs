using MoE.Compute.Data;
using MoE.Compute.Experts;
using MoE.Compute.Gating;

namespace MoE.Compute.Files;

/// <summary>How far a model has learned.</summary>
public sealed record ModelStanding
{
    /// <summary>Number of the last batch learned; 0 before the first.</summary>
    public required long LastBatch { get; init; }

    /// <summary>How far each source was read.</summary>
    public IReadOnlyList<SourcePosition> Sources { get; init; } = [];

    /// <summary>The experts out of the pool.</summary>
    public IReadOnlyList<FrozenExpert> Frozen { get; init; } = [];

    internal void Write(StateWriter state)
    {
        state.Write(LastBatch);
        state.Write((long)Sources.Count);
        foreach (var source in Sources)
            StandingFormat.Write(state, source);
        state.Write((long)Frozen.Count);
        foreach (var frozen in Frozen)
            StandingFormat.Write(state, frozen);
    }

    internal static ModelStanding Read(StateReader state, IReadOnlyList<ExpertSpec> pool)
    {
        var last = state.ReadInt64(0, long.MaxValue);
        var sources = new SourcePosition[state.ReadItemCount(StandingFormat.PositionBytes)];
        for (var i = 0; i < sources.Length; i++)
            sources[i] = StandingFormat.ReadPosition(state);
        var frozen = new FrozenExpert[state.ReadItemCount(StandingFormat.FrozenBytes)];
        for (var i = 0; i < frozen.Length; i++)
            frozen[i] = StandingFormat.ReadFrozen(state);
        if (frozen.Select(f => f.Id).Except(pool.Select(e => e.Id)).FirstOrDefault() is { } unknown)
            throw state.Damaged($"the frozen expert '{unknown}' was found; one of the pool was expected");
        return new ModelStanding { LastBatch = last, Sources = sources, Frozen = frozen };
    }
}
