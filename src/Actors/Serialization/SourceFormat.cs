using MoE.Compute.Data;
using MoE.Compute.Files;

namespace MoE.Actors.Serialization;

/// <summary>Layout of <see cref="SourceId"/> and of <see cref="SourcePosition"/>.</summary>
internal static class SourceFormat
{
    /// <summary>Bytes of a position at least: a kind, two lengths and three numbers.</summary>
    public const int PositionBytes = 48;

    public static void Write(StateWriter state, SourceId id)
    {
        state.Write((long)id.Kind);
        state.Write(id.Name);
        state.Write(id.Detail);
        state.Write(id.Length);
    }

    public static void Write(StateWriter state, SourcePosition position)
    {
        Write(state, position.Id);
        state.Write(position.Offset);
        state.Write(position.Rows);
    }

    public static SourceId ReadId(StateReader state) => new(
        (SourceKind)state.ReadCount((int)SourceKind.Stream), state.ReadString(), state.ReadString(),
        state.ReadInt64());

    public static SourcePosition ReadPosition(StateReader state) =>
        new(ReadId(state), state.ReadInt64(), state.ReadInt64());
}
