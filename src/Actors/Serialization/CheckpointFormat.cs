using MoE.Actors.Gate;
using MoE.Compute.Data;
using MoE.Compute.Files;
using MoE.Compute.Gating;

namespace MoE.Actors.Serialization;

/// <summary>Layout of <see cref="CheckpointCompleted"/>.</summary>
internal static class CheckpointFormat
{
    /// <summary>Bytes of an image's name at least: a length and a number.</summary>
    private const int EntryBytes = 16;

    public static void Write(StateWriter state, CheckpointCompleted e)
    {
        state.Write(e.Number);
        state.Write(e.Barrier);
        state.Write(e.Epoch);
        ModelFormat.Write(state, e.Model);
        state.Write((long)e.Sources.Count);
        foreach (var source in e.Sources)
            StandingFormat.Write(state, source);
        state.Write((long)e.Frozen.Count);
        foreach (var frozen in e.Frozen)
            StandingFormat.Write(state, frozen);
        state.Write((long)e.Images.Count);
        foreach (var image in e.Images)
        {
            state.Write(image.Id);
            state.Write(image.Image);
        }
    }

    public static CheckpointCompleted Read(StateReader state)
    {
        var (number, barrier, epoch) = (state.ReadInt64(), state.ReadInt64(), state.ReadInt64());
        var model = ModelFormat.Read(state);
        var sources = new SourcePosition[state.ReadItemCount(StandingFormat.PositionBytes)];
        for (var i = 0; i < sources.Length; i++)
            sources[i] = StandingFormat.ReadPosition(state);
        var frozen = new FrozenExpert[state.ReadItemCount(StandingFormat.FrozenBytes)];
        for (var i = 0; i < frozen.Length; i++)
            frozen[i] = StandingFormat.ReadFrozen(state);
        var images = new ExpertImage[state.ReadItemCount(EntryBytes)];
        for (var i = 0; i < images.Length; i++)
            images[i] = new ExpertImage(state.ReadString(), state.ReadInt64());
        return new CheckpointCompleted(number, barrier, epoch, model, sources, frozen, images);
    }
}
