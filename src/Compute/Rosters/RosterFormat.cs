using MoE.Compute.Experts;
using MoE.Compute.Files;

namespace MoE.Compute.Rosters;

/// <summary>
/// Layout of rosters and their changes, in logs and in model files. Never changed; what comes anew gets a format of
/// its own.
/// </summary>
public static class RosterFormat
{
    /// <summary>Bytes of a member at least: ten numbers and three lengths.</summary>
    private const int MemberBytes = 13 * 8;

    /// <summary>Bytes of a change at least: two numbers, a length and a member.</summary>
    public const int ChangeBytes = MemberBytes + 24;

    private const long NoParent = -1;

    /// <summary>Writes a roster.</summary>
    public static void Write(StateWriter state, Roster roster)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(roster);
        state.Write(roster.NextKey);
        state.Write((long)roster.Count);
        foreach (var member in roster.Members)
            Write(state, member);
    }

    /// <summary>Writes a change.</summary>
    public static void Write(StateWriter state, RosterChange change)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(change);
        state.Write(change.From);
        state.Write((long)change.Action);
        state.Write(change.Reason);
        Write(state, change.Member);
    }

    /// <summary>Reads a roster.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static Roster Read(StateReader state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var next = state.ReadInt64(0, long.MaxValue);
        var members = new Member[state.ReadItemCount(MemberBytes)];
        for (var i = 0; i < members.Length; i++)
            members[i] = ReadMember(state);
        if (members.DistinctBy(m => m.Key).Count() < members.Length
            || members.DistinctBy(m => m.Spec.Id).Count() < members.Length
            || members.Any(m => m.Key >= next))
            throw state.Damaged($"members were found twice, or after number {next}");
        return new Roster(members, next);
    }

    /// <summary>Reads a change.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static RosterChange ReadChange(StateReader state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var from = state.ReadInt64(1, long.MaxValue);
        var action = (RosterAction)state.ReadCount((int)RosterAction.Renamed);
        var reason = state.ReadString();
        return new RosterChange(from, action, ReadMember(state), reason);
    }

    /// <summary>Writes a member.</summary>
    public static void Write(StateWriter state, Member member)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(member);
        state.Write(member.Key);
        state.Write(member.Origin);
        state.Write(member.Spec.Id);
        state.Write((long)member.Spec.Role);
        state.Write(member.Spec.Text);
        state.Write((long)member.Mode);
        state.Write(member.Since);
        state.Write(member.HeardFrom);
        state.Write((long)member.Seed);
        state.Write(member.Parent ?? NoParent);
        state.Write((double)member.Noise);
        state.Write((long)member.NoiseSeed);
    }

    /// <summary>Reads a member.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static Member ReadMember(StateReader state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var (key, origin) = (state.ReadInt64(0, long.MaxValue - 1), state.ReadString());
        var spec = new ExpertSpec(
            state.ReadString(), (ExpertRole)state.ReadCount((int)ExpertRole.Archived), state.ReadString());
        var member = new Member(key, origin, spec)
        {
            Mode = (ExpertMode)state.ReadCount((int)ExpertMode.Reserve),
            Since = state.ReadInt64(1, long.MaxValue),
            HeardFrom = state.ReadInt64(1, long.MaxValue),
            Seed = (ulong)state.ReadInt64(),
            Parent = state.ReadInt64(NoParent, long.MaxValue) is >= 0 and var parent ? parent : null,
            Noise = (float)state.ReadDouble(0, 1),
            NoiseSeed = (ulong)state.ReadInt64(),
        };
        List<string> problems = [];
        ExpertKinds.Check(spec, problems);
        return ExpertKinds.IsStoredId(spec.Id) && problems.Count == 0 ? member
            : throw state.Damaged($"an expert '{spec.Id}' ({spec.Text}) was found, which is impossible");
    }
}
