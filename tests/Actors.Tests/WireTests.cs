using Akka.Actor;
using Xunit;

namespace MoE.Actors.Tests;

/// <summary>
/// Mixtures whose every message is written and read again. <c>MOE_TEST_WIRE=on</c> runs all tests of this project so.
/// </summary>
public sealed class WireTests
{
    private const int Rows = 6000;

    [Fact]
    public async Task What_is_learned_by_way_of_bytes_is_the_same_to_the_bit()
    {
        var report = await Models.LearnAsync(Rows, overrides: Wire.On);
        Assert.Equal(Models.SingleFingerprint(Rows), report.Fingerprint);
    }

    [Fact]
    public async Task A_model_that_is_closed_and_opened_again_continues_so()
    {
        using var folder = new TestFolder();
        var durable = Models.Memory with { DataDirectory = folder.Path };
        await Models.LearnAsync(Models.EndOf(150), durable, overrides: Wire.On);
        var report = await Models.LearnAsync(Rows, durable, overrides: Wire.On);
        Assert.Equal(Models.SingleFingerprint(Rows), report.Fingerprint);
    }

    [Fact]
    public async Task Newcomers_copies_with_noise_and_experts_that_are_stopped_are_the_same()
    {
        Assert.Equal(await LearnAsync(isOnWire: false), await LearnAsync(isOnWire: true));

        static async Task<string> LearnAsync(bool isOnWire)
        {
            await using var mixture = await Models.StartAsync(overrides: isOnWire ? Wire.On : null);
            using var source = new CommandedRows(Rows, every: 10);
            var batches = 0;
            await source.TeachAsync(mixture, batch =>
            {
                if (++batches % 20 == 0)
                    foreach (var member in batch.Roster.Members)
                        mixture.System.ActorSelection($"/user/models/default/gate/experts/{member.Origin}")
                            .Tell(PoisonPill.Instance);
            });
            Assert.True(source.Added > 5);
            return (await mixture.ReportAsync()).Fingerprint;
        }
    }

    [Fact]
    public async Task Predictions_are_those_of_a_model_whose_messages_are_objects()
    {
        Assert.Equal(await PredictAsync(isOnWire: false), await PredictAsync(isOnWire: true));

        static async Task<float[]> PredictAsync(bool isOnWire)
        {
            await using var mixture = await Models.StartAsync(overrides: isOnWire ? Wire.On : null);
            using var source = new SeededRows(Rows);
            await mixture.LearnAsync(source, _ => { }, CancellationToken.None);
            using var ahead = new SeededRows(32);
            var rows = await ahead.ReadAsync(32, CancellationToken.None);
            return (await mixture.PredictAsync(rows!, CancellationToken.None)).Probabilities;
        }
    }
}
