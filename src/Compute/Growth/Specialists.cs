using MoE.Compute.Encoding;
using MoE.Compute.Experts;
using MoE.Compute.Files;
using MoE.Compute.Numerics;
using MoE.Compute.Rosters;
using MoE.Compute.Scoring;

namespace MoE.Compute.Growth;

/// <summary>
/// The experts that see every row, learn, and may be archived, with the exponentially weighted log loss of each: copies
/// for the archive are made of the best of those whose kind prefers it, or of the best of all if none does.
/// </summary>
internal sealed class Specialists
{
    private const double Rate = 0.001;

    /// <summary>What a row costs at most, in nats.</summary>
    private const double MostLoss = IScoreboard.MostLoss;

    /// <summary>What a newcomer has to better before it counts as good.</summary>
    private const double FirstLoss = 1;

    private (long Key, int Place, ArchiveRank Rank)[] _members = [];
    private double[] _losses = [];

    /// <summary>Continues with another pool.</summary>
    public void Reshape(Roster roster)
    {
        var (before, losses) = (_members, _losses);
        _members = [.. roster.Members.Index()
            .Select(m => (m.Item.Key, m.Index, Rank: RankOf(m.Item))).Where(m => m.Rank != ArchiveRank.Never)];
        _losses = [.. _members.Select(member => Array.FindIndex(before, m => m.Key == member.Key) is >= 0 and var i
            ? losses[i] : FirstLoss)];
    }

    /// <summary>Takes the answers to a row whose class was known.</summary>
    public void Add(Labels labels, int row, ReadOnlySpan<float[]?> answers)
    {
        for (var i = 0; i < _members.Length; i++)
        {
            var loss = answers[_members[i].Place] is { } answer
                ? -answer[row * labels.Stride + labels.Targets[row]]
                : -FastMath.Log(1f / labels.KnownClasses[row]);
            _losses[i] += Rate * ((loss < MostLoss ? Math.Max(0, loss) : MostLoss) - _losses[i]);
        }
    }

    /// <summary>All of them, in the pool's order.</summary>
    public IEnumerable<Member> In(Roster roster) => _members.Select(member => roster[member.Place]);

    /// <summary>The one to be copied; null if there is none.</summary>
    public Member? Best(Roster roster)
    {
        var best = -1;
        for (var i = 0; i < _members.Length; i++)
            if (best < 0 || _members[i].Rank > _members[best].Rank
                || (_members[i].Rank == _members[best].Rank && _losses[i] < _losses[best]))
                best = i;
        return best < 0 ? null : roster[_members[best].Place];
    }

    public void Save(StateWriter state) => state.Write<double>(_losses);

    public void Load(StateReader state)
    {
        state.Read(_losses.AsSpan());
        foreach (var loss in _losses)
            if (!(loss is >= 0 and <= MostLoss))
                throw state.Damaged(
                    FormattableString.Invariant($"the loss {loss} was found; 0 to {MostLoss} was expected"));
    }

    private static ArchiveRank RankOf(Member member) =>
        member is { Mode: ExpertMode.Learning, Spec: { Role: ExpertRole.Shared } spec }
            ? ExpertKinds.Of(spec).ArchiveRankOf(spec) : ArchiveRank.Never;
}
