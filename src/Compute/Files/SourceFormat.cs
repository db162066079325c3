using MoE.Compute.Data;

namespace MoE.Compute.Files;

/// <summary>Layout of sources and of how far they were read, in logs and in model files.</summary>
public static class SourceFormat
{
    /// <summary>Bytes of a position at least: a kind, two lengths and three numbers.</summary>
    public const int PositionBytes = 48;

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
}
