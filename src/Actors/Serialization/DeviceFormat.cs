using MoE.Actors.Devices;
using MoE.Actors.Gate;
using MoE.Compute.Files;

namespace MoE.Actors.Serialization;

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
