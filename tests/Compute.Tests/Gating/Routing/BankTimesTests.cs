using MoE.Compute.Gating.Routing.Banks;
using Xunit;

namespace MoE.Compute.Tests.Gating.Routing;

public sealed class BankTimesTests
{
    private readonly Clock _clock = new();

    [Fact]
    public void A_scorer_is_worth_it_from_the_bank_on_from_which_it_is_faster()
    {
        var times = new BankTimes(phiStride: 16, rows: 8, k: 2, _clock);
        var (steady, growing) = (new TimedScorer(_clock, _ => 1000), new TimedScorer(_clock, experts => 3 * experts));
        Assert.Equal(512, times.FewestExperts(steady, growing));
        Assert.Equal(int.MaxValue, times.FewestExperts(growing, steady));
        Assert.Equal(16, times.FewestExperts(new TimedScorer(_clock, _ => 1), growing));
    }

    [Fact]
    public void The_median_of_the_runs_behind_the_first_counts()
    {
        var call = 0;
        var uneven = new TimedScorer(_clock, _ => call++ < 5 ? 1_000_000 : call % 3 == 0 ? 500 : 70);
        Assert.Equal(70, new BankTimes(16, 8, 2, _clock).Of(uneven, 100).Ticks);
    }

    [Fact]
    public void The_scorer_of_this_machine_is_measured_on_a_bank_of_the_size_asked_for() =>
        Assert.True(new BankTimes(32, 16, 4, TimeProvider.System).Of(BankTimes.Simd(), 1000) > TimeSpan.Zero);

    private sealed class Clock : TimeProvider
    {
        public long Ticks { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Ticks;
    }

    private sealed class TimedScorer(Clock clock, Func<int, long> ticks) : IBankScorer
    {
        public void Choose(RouterBank bank, ReadOnlySpan<float> phi, Span<int> best, Span<float> scores) =>
            clock.Ticks += ticks(bank.Experts);
    }
}
