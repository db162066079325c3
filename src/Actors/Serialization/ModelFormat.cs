using MoE.Actors.Devices;
using MoE.Actors.Gate;
using MoE.Compute;
using MoE.Compute.Data;
using MoE.Compute.Files;
using MoE.Compute.ModelFiles;

namespace MoE.Actors.Serialization;

/// <summary>Layout of <see cref="ModelCreated"/>: format, columns, options, pool.</summary>
internal static class ModelFormat
{
    public static void Write(StateWriter state, ModelCreated e)
    {
        state.Write((long)e.Format);
        DefinitionFormat.WriteV2(state, e.Schema, e.Options);
    }

    public static ModelCreated Read(StateReader state) => Read(state, DefinitionFormat.ReadV2);

    /// <summary>The first layout, of fewer options.</summary>
    public static ModelCreated ReadV1(StateReader state) => Read(state, DefinitionFormat.Read);

    private static ModelCreated Read(
        StateReader state, Func<StateReader, (Schema Schema, MixtureOptions Options)> readDefinition)
    {
        var format = state.ReadCount(int.MaxValue);
        if (format > ModelCreated.CurrentFormat)
            throw new ModelException($"The stored model has format {format}, and this version of moe reads up to "
                + $"{ModelCreated.CurrentFormat}; use a newer version.");
        var (schema, options) = readDefinition(state);
        return new ModelCreated(format, schema, options);
    }
}

/// <summary>Layout of <see cref="DeviceChosen"/>.</summary>
internal static class DeviceFormat
{
    /// <summary>Bytes of a kind at least: its length.</summary>
    private const int KindBytes = 8;

    public static void Write(StateWriter state, DeviceChosen e)
    {
        state.Write(e.From);
        state.Write(e.Placement.Device);
        state.Write(e.Placement.Description);
        state.Write((long)e.Placement.Kinds.Count);
        foreach (var kind in e.Placement.Kinds)
            state.Write(kind);
    }

    public static DeviceChosen Read(StateReader state)
    {
        var (from, device, description) = (state.ReadInt64(), state.ReadString(), state.ReadString());
        var kinds = new string[state.ReadItemCount(KindBytes)];
        for (var i = 0; i < kinds.Length; i++)
            kinds[i] = state.ReadString();
        return new DeviceChosen(from, new Placement(device, description, kinds));
    }
}
