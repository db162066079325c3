using System.Collections.Concurrent;
using MoE.Compute.Gating.Routing.Banks;
using Xunit;

namespace MoE.Actors.Tests.Devices;

/// <summary>Models whose routed experts are chosen elsewhere.</summary>
public sealed class BankScoringTests
{
    private const int Rows = 600;

    [Fact]
    public async Task Whoever_chooses_the_experts_a_model_ends_with_the_same_bits()
    {
        var scorer = new CountingScorer(int.MaxValue);
        var report = await LearnAsync(new BankScoring(scorer, 6, e => Assert.Fail(e.Message)));
        Assert.Equal(Models.SingleFingerprint(Rows), report.Fingerprint);
        Assert.True(scorer.Calls >= Rows / Models.Options.Batch);
    }

    [Fact]
    public async Task A_scorer_that_fails_on_the_way_leaves_its_choices_to_the_cpu()
    {
        var lost = new ConcurrentQueue<Exception>();
        var report = await LearnAsync(new BankScoring(new CountingScorer(10), 6, lost.Enqueue));
        Assert.Equal(Models.SingleFingerprint(Rows), report.Fingerprint);
        Assert.Equal("out of order", Assert.Single(lost).Message);
    }

    private static async Task<MixtureReport> LearnAsync(BankScoring banks)
    {
        await using var mixture = await Models.StartAsync(banks: banks);
        await mixture.LearnAsync(new SeededRows(Rows), _ => { }, CancellationToken.None);
        return await mixture.ReportAsync();
    }

    private sealed class CountingScorer(int most) : IBankScorer
    {
        private readonly IBankScorer _cpu = BankTimes.Simd();

        public int Calls { get; private set; }

        public void Choose(RouterBank bank, ReadOnlySpan<float> phi, Span<int> best, Span<float> scores)
        {
            if (++Calls > most)
                throw new InvalidOperationException("out of order");
            _cpu.Choose(bank, phi, best, scores);
        }
    }
}
