using MoE.Compute.Data;
using MoE.Compute.Files;
using MoE.Compute.Gating;

namespace MoE.Compute.ModelFiles;

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
