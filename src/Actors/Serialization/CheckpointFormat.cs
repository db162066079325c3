using MoE.Actors.Gate;
using MoE.Compute.Data;
using MoE.Compute.Files;
using MoE.Compute.Gating;
using MoE.Compute.ModelFiles;
using MoE.Compute.Rosters;

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
            ProgressFormat.Write(state, source);
        state.Write((long)e.Dropped.Count);
        foreach (var dropped in e.Dropped)
            ProgressFormat.Write(state, dropped);
        RosterFormat.Write(state, e.Roster);
        state.Write((long)e.Images.Count);
        foreach (var image in e.Images)
        {
            state.Write(image.Id);
            state.Write(image.Image);
        }
    }

    /// <summary>The second layout, of a model that the CPU computes; the third has the device behind it.</summary>
    public static CheckpointCompleted Read(StateReader state) =>
        Read(state, ModelFormat.Read, _ => RosterFormat.Read(state));

    /// <summary>The first layout, of a pool that never changed.</summary>
    public static CheckpointCompleted ReadV1(StateReader state) =>
        Read(state, ModelFormat.ReadV1, model => Roster.Of(model.Options));

    private static CheckpointCompleted Read(
        StateReader state, Func<StateReader, ModelCreated> readModel, Func<ModelCreated, Roster> readRoster)
    {
        var (number, barrier, epoch) = (state.ReadInt64(), state.ReadInt64(), state.ReadInt64());
        var model = readModel(state);
        var sources = new SourcePosition[state.ReadItemCount(ProgressFormat.PositionBytes)];
        for (var i = 0; i < sources.Length; i++)
            sources[i] = ProgressFormat.ReadPosition(state);
        var dropped = new DroppedExpert[state.ReadItemCount(ProgressFormat.DroppedBytes)];
        for (var i = 0; i < dropped.Length; i++)
            dropped[i] = ProgressFormat.ReadDropped(state);
        var roster = readRoster(model);
        var images = new ExpertImage[state.ReadItemCount(EntryBytes)];
        for (var i = 0; i < images.Length; i++)
            images[i] = new ExpertImage(state.ReadString(), state.ReadInt64());
        return new CheckpointCompleted(
            number, barrier, epoch, model, sources, dropped, roster, ImagesOf(roster, images));
    }

    private static ExpertImage[] ImagesOf(Roster roster, ExpertImage[] images) => [.. roster.Members.Select(member =>
        Array.Find(images, image => image.Id == member.Origin) ?? new ExpertImage(member.Origin, 0))];
}
