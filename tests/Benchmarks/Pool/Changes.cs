using System.Diagnostics;
using MoE.Actors;
using MoE.Compute.Rosters;

namespace MoE.Benchmarks.Pool;

/// <summary>
/// 200 experts that come and go at random moments, three at a time at most, so that the pool costs much the same
/// throughout; and how long each change took until it was stored, in milliseconds.
/// </summary>
internal sealed class Changes
{
    private const int Experts = 200;
    private const int AtOnce = 3;
    private const int LongestWait = 20;
    private const int Seed = 1;

    private static readonly AddExpert[] Newcomers =
    [
        new() { CloneOf = "mlp-averaged" },
        new() { CloneOf = "fern-10" },
        new() { Text = "memory size=1000 near=8 wide=50" },
    ];

    /// <summary>Times of the additions.</summary>
    public List<double> Additions { get; } = [];

    /// <summary>Times of the retirements.</summary>
    public List<double> Retirements { get; } = [];

    /// <summary>Makes all of them, while the mixture learns.</summary>
    public async Task MakeAsync(LocalMixture mixture)
    {
        var random = new Random(Seed);
        var present = new Queue<string>();
        for (var added = 0; added < Experts || present.Count > 0;)
        {
            await Task.Delay(random.Next(LongestWait));
            if (added < Experts && (present.Count == 0 || present.Count < AtOnce && random.Next(2) == 0))
            {
                var newcomer = Newcomers[added % Newcomers.Length] with { Id = $"new-{added++}" };
                present.Enqueue(newcomer.Id);
                await ChangeAsync(mixture, newcomer, Additions);
            }
            else
            {
                await ChangeAsync(mixture, new RetireExpert(present.Dequeue()), Retirements);
            }
        }
    }

    private static async Task ChangeAsync(LocalMixture mixture, RosterCommand command, List<double> times)
    {
        var start = Stopwatch.GetTimestamp();
        await mixture.ChangeAsync(command, CancellationToken.None);
        times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }
}
