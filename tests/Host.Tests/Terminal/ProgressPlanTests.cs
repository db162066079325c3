using CsCheck;
using MoE.Host.Terminal;
using Xunit;

namespace MoE.Host.Tests.Terminal;

public sealed class ProgressPlanTests
{
    [Fact]
    public void Lines_come_at_the_first_batch_end_after_1000_2000_4000() =>
        Assert.Equal([1024, 2048, 4032, 8000, 16000], Due(new ProgressPlan(), batch: 64, rows: 20_000));

    [Fact]
    public void Lines_come_every_so_many_rows() =>
        Assert.Equal([512, 1024, 1536], Due(new ProgressPlan(500), batch: 64, rows: 1600));

    [Fact]
    public void A_resumed_run_goes_on_with_the_next_mark() =>
        Assert.Equal([8000], Due(new ProgressPlan(begin: 5000), batch: 1000, rows: 9000, begin: 5000));

    [Fact]
    public void Between_two_lines_the_rows_about_double() =>
        Gen.Int[1, 4096].Sample(batch =>
        {
            var due = Due(new ProgressPlan(), batch, rows: 100_000).ToList();
            return due[0] < 1000 + batch && due.Zip(due.Skip(1), (now, next) => next < 2 * now + batch).All(near => near);
        });

    private static IEnumerable<long> Due(ProgressPlan plan, int batch, long rows, long begin = 0)
    {
        for (var n = begin + batch; n <= rows; n += batch)
        {
            if (plan.Due(n))
                yield return n;
        }
    }
}
