using MoE.Compute.Rosters;

namespace MoE.Compute.Gating.Routing;

/// <summary>The slots of one roster in the numbering of another.</summary>
internal static class SlotMap
{
    /// <summary>
    /// By slot of <paramref name="roster"/>, the slot of the same member in <paramref name="other"/>; -1 where it was
    /// not routed there, or not without a break. Slots that are not -1 rise.
    /// </summary>
    public static int[] Of(Roster roster, Roster other)
    {
        var slots = new int[roster.Routed.Count];
        for (var slot = 0; slot < slots.Length; slot++)
        {
            var member = roster[roster.Routed[slot]];
            var place = other.PlaceOf(member.Key);
            // whoever leaves the routed experts and comes back is heard from another batch on: a newcomer here
            slots[slot] = place >= 0 && other[place].HeardFrom == member.HeardFrom ? other.SlotOf(place) : -1;
        }
        return slots;
    }

    /// <summary>Whether a map of this many slots leaves all of them where they are.</summary>
    public static bool IsIdentity(ReadOnlySpan<int> map, int slots)
    {
        for (var slot = 0; slot < map.Length; slot++)
            if (map[slot] != slot)
                return false;
        return map.Length == slots;
    }
}
