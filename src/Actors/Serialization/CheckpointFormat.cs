using MoE.Actors.Gate;
using MoE.Compute.Data;
using MoE.Compute.Files;

namespace MoE.Actors.Serialization;

/// <summary>Layout of <see cref="CheckpointCompleted"/> and of <see cref="ExpertFrozen"/>.</summary>
internal static class CheckpointFormat
{
    /// <summary>Bytes of a frozen expert or of an image at least: a length and a number.</summary>
    private const int EntryBytes = 16;

    public static void Write(StateWriter state, CheckpointCompleted e)
    {
        state.Write(e.Number);
        state.Write(e.Barrier);
        state.Write(e.Epoch);
        ModelFormat.Write(state, e.Model);
        state.Write((long)e.Sources.Count);
        foreach (var source in e.Sources)
            SourceFormat.Write(state, source);
        state.Write((long)e.Frozen.Count);
        foreach (var frozen in e.Frozen)
            Write(state, frozen);
        state.Write((long)e.Images.Count);
        foreach (var image in e.Images)
        {
            state.Write(image.Id);
            state.Write(image.Image);
        }
    }

    public static void Write(StateWriter state, ExpertFrozen e)
    {
        state.Write(e.Id);
        state.Write(e.From);
        state.Write(e.Reason);
    }

    public static CheckpointCompleted Read(StateReader state)
    {
        var (number, barrier, epoch) = (state.ReadInt64(), state.ReadInt64(), state.ReadInt64());
        var model = ModelFormat.Read(state);
        var sources = new SourcePosition[state.ReadItemCount(SourceFormat.PositionBytes)];
        for (var i = 0; i < sources.Length; i++)
            sources[i] = SourceFormat.ReadPosition(state);
        var frozen = new ExpertFrozen[state.ReadItemCount(EntryBytes)];
        for (var i = 0; i < frozen.Length; i++)
            frozen[i] = ReadFrozen(state);
        var images = new ExpertImage[state.ReadItemCount(EntryBytes)];
        for (var i = 0; i < images.Length; i++)
            images[i] = new ExpertImage(state.ReadString(), state.ReadInt64());
        return new CheckpointCompleted(number, barrier, epoch, model, sources, frozen, images);
    }

    public static ExpertFrozen ReadFrozen(StateReader state) =>
        new(state.ReadString(), state.ReadInt64(), state.ReadString());
}
