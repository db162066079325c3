using MoE.Compute.Scoring;
using MoE.Host.Terminal;
using Xunit;

namespace MoE.Host.Tests.Terminal;

public sealed class ProgressTableTests
{
    [Fact]
    public void A_line_has_the_columns_of_the_headings()
    {
        var clock = new StoppedClock();
        var output = new StringWriter();
        var table = new ProgressTable(output, new ProgressPlan(), bold: false, clock);
        table.Begin(0);
        clock.Now += TimeSpan.FromSeconds(0.5).Ticks;
        table.Report(Scores(999), 23);
        table.Report(Scores(1000), 23);
        clock.Now += TimeSpan.FromSeconds(0.25).Ticks;
        table.Report(Scores(1200), 24);
        table.End();
        Assert.Equal(
            """

                  rows   accuracy     window      kappa   experts     rows/s
                 1,000    93.14 %    91.20 %    85.92 %        23      2,000
                 1,200    93.14 %    91.20 %    85.92 %        24        800


            """, output.ToString());
    }

    [Fact]
    public void A_burst_shows_no_speed_of_its_own()
    {
        var clock = new StoppedClock();
        var output = new StringWriter();
        var table = new ProgressTable(output, new ProgressPlan(every: 1000), bold: false, clock);
        table.Begin(0);
        clock.Now += TimeSpan.FromMilliseconds(1).Ticks;
        table.Report(Scores(1000), 1);
        clock.Now += TimeSpan.FromMilliseconds(999).Ticks;
        table.Report(Scores(4000), 1);
        table.Report(Scores(88_000), 1);
        clock.Now += TimeSpan.FromSeconds(1).Ticks;
        table.Report(Scores(90_000), 1);
        Assert.Equal(["-", "4,000", "88,000", "86,000"], output.ToString()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split(' ')[^1].Trim()));
    }

    [Fact]
    public void The_last_line_is_not_written_twice()
    {
        var output = new StringWriter();
        var table = new ProgressTable(output, new ProgressPlan(), bold: false, new StoppedClock());
        table.Report(Scores(1000), 1);
        table.End();
        Assert.Single(output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Headings_are_bold_only_when_they_may_be()
    {
        var output = new StringWriter();
        new ProgressTable(output, new ProgressPlan(), bold: true, new StoppedClock()).Begin(0);
        Assert.Contains("\e[1m", output.ToString(), StringComparison.Ordinal);
    }

    private static Scores Scores(long rows) => new(rows, 0, 2, 93.14, 91.2, 85.92, 50, 0.2);

    private sealed class StoppedClock : TimeProvider
    {
        public long Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now;
    }
}
