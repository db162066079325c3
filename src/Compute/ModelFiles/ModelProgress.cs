using MoE.Compute.Data;
using MoE.Compute.Files;
using MoE.Compute.Gating;
using MoE.Compute.Rosters;

namespace MoE.Compute.ModelFiles;

/// <summary>How far a model has learned.</summary>
public sealed record ModelProgress
{
    /// <summary>Number of the last batch learned; 0 before the first.</summary>
    public required long LastBatch { get; init; }

    /// <summary>How far each source was read.</summary>
    public IReadOnlyList<SourcePosition> Sources { get; init; } = [];

    /// <summary>The experts out of the pool.</summary>
    public IReadOnlyList<DroppedExpert> Dropped { get; init; } = [];

    /// <summary>The pool that saw that batch; null for the one that the mixture began with.</summary>
    public Roster? Roster { get; init; }

    /// <summary>Changes of the pool that hold from the next batch on.</summary>
    public IReadOnlyList<RosterChange> Changes { get; init; } = [];

    internal void Write(StateWriter state, Roster roster)
    {
        state.Write(LastBatch);
        state.Write((long)Sources.Count);
        foreach (var source in Sources)
            ProgressFormat.Write(state, source);
        state.Write((long)Dropped.Count);
        foreach (var dropped in Dropped)
            ProgressFormat.Write(state, dropped);
        RosterFormat.Write(state, roster);
        state.Write((long)Changes.Count);
        foreach (var change in Changes)
            RosterFormat.Write(state, change);
    }

    /// <summary>Reads what was written in a format; the first knew no change of the pool.</summary>
    internal static ModelProgress Read(StateReader state, int format, Roster founders)
    {
        var last = state.ReadInt64(0, long.MaxValue);
        var sources = new SourcePosition[state.ReadItemCount(ProgressFormat.PositionBytes)];
        for (var i = 0; i < sources.Length; i++)
            sources[i] = ProgressFormat.ReadPosition(state);
        var dropped = new DroppedExpert[state.ReadItemCount(ProgressFormat.DroppedBytes)];
        for (var i = 0; i < dropped.Length; i++)
            dropped[i] = ProgressFormat.ReadDropped(state);
        var roster = format == 1 ? founders : RosterFormat.Read(state);
        var changes = new RosterChange[format == 1 ? 0 : state.ReadItemCount(RosterFormat.ChangeBytes)];
        for (var i = 0; i < changes.Length; i++)
            changes[i] = RosterFormat.ReadChange(state);
        if (dropped.Select(f => f.Id).Except(roster.Members.Select(m => m.Origin)).FirstOrDefault() is { } unknown)
            throw state.Damaged($"the dropped expert '{unknown}' was found; one of the pool was expected");
        return new ModelProgress
        {
            LastBatch = last,
            Sources = sources,
            Dropped = dropped,
            Roster = roster,
            Changes = changes,
        };
    }
}

/// <summary>
/// Layout, in logs and in model files, of what says how far a model is: its sources, and its experts out of the pool.
/// </summary>
public static class ProgressFormat
{
    /// <summary>Bytes of a position at least: a kind, two lengths and three numbers.</summary>
    public const int PositionBytes = 48;

    /// <summary>Bytes of an expert out of the pool at least: two lengths and a number.</summary>
    public const int DroppedBytes = 24;

    /// <summary>Writes what tells a source from others.</summary>
    public static void Write(StateWriter state, SourceId id)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(id);
        state.Write((long)id.Kind);
        state.Write(id.Name);
        state.Write(id.Detail);
        state.Write(id.Length);
    }

    /// <summary>Writes how far a source was read.</summary>
    public static void Write(StateWriter state, SourcePosition position)
    {
        ArgumentNullException.ThrowIfNull(position);
        Write(state, position.Id);
        state.Write(position.Offset);
        state.Write(position.Rows);
    }

    /// <summary>Writes which expert is out of the pool.</summary>
    public static void Write(StateWriter state, DroppedExpert dropped)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(dropped);
        state.Write(dropped.Id);
        state.Write(dropped.From);
        state.Write(dropped.Reason);
    }

    /// <summary>Reads what tells a source from others.</summary>
    public static SourceId ReadId(StateReader state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return new SourceId(
            (SourceKind)state.ReadCount((int)SourceKind.Stream), state.ReadString(), state.ReadString(),
            state.ReadInt64(0, long.MaxValue));
    }

    /// <summary>Reads how far a source was read.</summary>
    public static SourcePosition ReadPosition(StateReader state)
    {
        var id = ReadId(state);
        var offset = state.ReadInt64(0, long.MaxValue);
        return new SourcePosition(id, offset, state.ReadInt64(0, offset));
    }

    /// <summary>Reads which expert is out of the pool.</summary>
    public static DroppedExpert ReadDropped(StateReader state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return new DroppedExpert(state.ReadString(), state.ReadInt64(1, long.MaxValue), state.ReadString());
    }
}
