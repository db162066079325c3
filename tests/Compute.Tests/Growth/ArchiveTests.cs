using MoE.Compute.Experts;
using MoE.Compute.Growth;
using MoE.Compute.Rosters;
using Xunit;

namespace MoE.Compute.Tests.Growth;

public sealed class ArchiveTests
{
    private static readonly float[] Even = AnsweredBatch.Saying(row => row % 2 == 0 ? 0.9f : 0.1f);
    private static readonly float[] Odd = AnsweredBatch.Saying(row => row % 2 == 0 ? 0.1f : 0.9f);

    [Fact]
    public void Of_the_two_that_agree_most_the_older_one_is_redundant()
    {
        var (archive, rows) = Learned([Odd, Even, Odd, Even, Odd], since: [0, 0, 0, 0, 0], rows: 5120);
        Assert.Equal((0L, 2L), Keys(archive.Redundant(rows, _ => true)));
        Assert.Equal((1L, 3L), Keys(archive.Redundant(rows, key => key is not (0 or 2))));
    }

    [Fact]
    public void Those_that_joined_a_short_while_ago_are_spared()
    {
        var (archive, rows) = Learned([Odd, Even, Even, Even], since: [0, 0, 2048, 2048], rows: 5120);
        Assert.Equal((0L, 1L), Keys(archive.Redundant(rows, _ => true)));
        Assert.Equal((0L, (long?)null), Keys(archive.Redundant(rows, key => key != 1)));
        Assert.Equal((2L, 3L), Keys(archive.Redundant(rows, key => key > 1)));
        Assert.Null(archive.Redundant(rows, _ => false));
    }

    [Fact]
    public void Agreement_with_one_that_stays_is_kept_when_another_goes()
    {
        var (archive, rows) = Learned([Odd, Even, Even], since: [0, 0, 0], rows: 5120);
        archive.Reshape(Pool([(1, ExpertMode.Frozen), (2, ExpertMode.Frozen)]), rows);
        var (key, twin, agreement) = archive.Redundant(rows, _ => true)!.Value;
        Assert.Equal((1L, (long?)2L), (key, twin));
        Assert.InRange(agreement, 0.9, 1);
    }

    [Fact]
    public void The_reserve_of_a_row_is_the_newest_of_before_it_or_else_the_oldest()
    {
        var archive = new Archive();
        List<(long, ExpertMode)> members = [];
        foreach (var key in (long[])[0, 1, 2])
        {
            members.Add((key, ExpertMode.Reserve));
            archive.Reshape(Pool(members), 1024 * (key + 1));
        }
        Assert.Equal(1, archive.ReserveAt(2050, _ => true));
        Assert.Equal(0, archive.ReserveAt(2050, key => key != 1));
        Assert.Equal(0, archive.ReserveAt(500, _ => true));
        Assert.Equal(2, archive.ReserveAt(9000, _ => true));
        Assert.Null(archive.ReserveAt(9000, _ => false));
    }

    private static (Archive Archive, long Rows) Learned(float[][] answers, long[] since, int rows)
    {
        var archive = new Archive();
        var roster = Pool([]);
        for (var row = 0; row < rows; row += AnsweredBatch.Rows)
        {
            var count = since.Count(first => first <= row);
            if (roster.Count != count)
                archive.Reshape(
                    roster = Pool([.. Enumerable.Range(0, count).Select(i => ((long)i, ExpertMode.Frozen))]), row);
            var batch = AnsweredBatch.Of((row / AnsweredBatch.Rows) + 1, roster);
            for (var i = 0; i < batch.Rows; i++)
                archive.Add(batch.Labels, i, answers);
        }
        return (archive, rows);
    }

    private static (long, long?)? Keys((long Key, long? Twin, double)? redundant) =>
        redundant is var (key, twin, _) ? (key, twin) : null;

    private static Roster Pool(IEnumerable<(long Key, ExpertMode Mode)> members) => new(
        [.. members.Select(m => new Member(m.Key, $"a.{m.Key}", new($"a-{m.Key}", ExpertRole.Archived, "mlp"))
        {
            Mode = m.Mode,
        })], 100);
}
