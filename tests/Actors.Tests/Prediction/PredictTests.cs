using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using MoE.Actors.Tests.Devices;
using MoE.Compute;
using MoE.Compute.Batches;
using MoE.Compute.Data;
using MoE.Compute.Gating;
using MoE.Compute.Rosters;
using Xunit;

namespace MoE.Actors.Tests.Prediction;

/// <summary>Predictions of a model of actors, against one that was replayed in one thread.</summary>
public sealed class PredictTests
{
    private static readonly Config Quiet = ConfigurationFactory.ParseString("akka.loglevel = OFF");

    [Fact]
    public async Task Ten_thousand_predictions_while_rows_are_learned_are_each_those_of_a_replay_and_change_nothing()
    {
        await using var mixture = await Models.StartAsync();
        var answers = await AskWhileLearningAsync(mixture, int.MaxValue, 10_000, copies: 3);
        var report = await mixture.ReportAsync();
        var rows = Models.EndOf((int)(report.Scores.Rows / Models.Options.Batch));
        Assert.Equal(Models.SingleFingerprint(rows), report.Fingerprint);
        AssertReplayed(rows, answers);
    }

    [Fact]
    public async Task They_are_those_of_a_replay_too_while_experts_are_killed_and_checkpoints_taken()
    {
        const int Rows = 20_000;
        var often = Models.Memory with { CheckpointInterval = TimeSpan.FromMilliseconds(20) };
        await using var mixture = await Models.StartAsync(often, overrides: Quiet);
        var random = new Random(3);
        var answers = await AskWhileLearningAsync(mixture, Rows, 2_000, batch =>
        {
            if (random.Next(6) == 0)
                mixture.System.ActorSelection($"/user/models/default/gate/experts/{Models.Options.Pool[random.Next(9)].Id}")
                    .Tell(random.Next(2) == 0 ? Kill.Instance : PoisonPill.Instance, ActorRefs.NoSender);
        });
        Assert.Equal(Models.SingleFingerprint(Rows), (await mixture.ReportAsync()).Fingerprint);
        AssertReplayed(Rows, answers);
    }

    [Fact]
    public async Task What_was_learned_before_is_seen()
    {
        await using var mixture = await Models.StartAsync();
        Assert.Equal(0, (await mixture.PredictAsync(Asked, CancellationToken.None)).Number);
        for (var part = 1; part <= 5; part++)
        {
            using var source = new SeededRows(Models.EndOf(3 * part));
            await Models.SkipAsync(mixture, source);
            await mixture.LearnAsync(source, _ => { }, CancellationToken.None);
            Assert.Equal(3 * part, (await mixture.PredictAsync(Asked, CancellationToken.None)).Number);
        }
    }

    [Fact]
    public async Task Changes_of_the_pool_are_seen_before_the_next_row()
    {
        const int Batches = 20;
        var single = Replayed(Batches);
        await using var mixture = await Models.StartAsync();
        await mixture.LearnAsync(new SeededRows(Models.EndOf(Batches)), _ => { }, CancellationToken.None);
        foreach (var text in (string[])[
            "retire fern", "add --clone hat --noise 0.05", "freeze memory", "demote hat", "retire bank-3"])
        {
            var command = RosterText.Parse(text, new List<string>())!;
            await mixture.ChangeAsync(command, CancellationToken.None);
            single.Change(command);
            AssertSame(single.Predict(Asked), await mixture.PredictAsync(Asked, CancellationToken.None));
        }
    }

    [Fact]
    public async Task A_model_that_is_opened_again_predicts_as_it_did()
    {
        using var folder = new TestFolder();
        var durable = Models.Memory with { DataDirectory = folder.Path };
        Predictions before;
        await using (var mixture = await Models.StartAsync(durable))
        {
            await mixture.LearnAsync(new SeededRows(Models.EndOf(30)), _ => { }, CancellationToken.None);
            before = await mixture.PredictAsync(Asked, CancellationToken.None);
        }
        await using var again = await Models.StartAsync(durable);
        AssertSame(before, await again.PredictAsync(Asked, CancellationToken.None));
        AssertSame(before, Replayed(30).Predict(Asked));
    }

    [Fact]
    public async Task An_expert_out_of_the_pool_is_not_asked()
    {
        var breaking = (Member member) => member.Origin == "fern"
            ? new FaultyExpert(member.Create(Asked7.Schema), batch => batch.Number >= 20 ? Fault.Throws : Fault.None)
            : Models.NewExpert(member);
        await using var mixture = await Models.StartAsync(newExpert: breaking, overrides: Quiet);
        await mixture.LearnAsync(new SeededRows(Models.EndOf(30)), _ => { }, CancellationToken.None);
        var single = new Mixture(Asked7.Schema, Models.Options);
        single.Drop(new DroppedExpert("fern", 20, "it throws"));
        Learn(single, 30);
        AssertSame(single.Predict(Asked), await mixture.PredictAsync(Asked, CancellationToken.None));
    }

    [Fact]
    public async Task What_a_device_learned_is_predicted_on_the_cpu()
    {
        using var device = new TestDevice();
        await using var mixture = await Models.StartAsync(device: device.Settings);
        await mixture.LearnAsync(new SeededRows(Models.EndOf(20)), _ => { }, CancellationToken.None);
        Assert.Contains("test", (await mixture.ReportAsync()).Devices);
        var (expected, actual) = (Replayed(20).Predict(Asked), await mixture.PredictAsync(Asked, CancellationToken.None));
        Assert.Equal(expected.Number, actual.Number);
        foreach (var (p, q) in expected.Probabilities.Zip(actual.Probabilities))
            Assert.Equal(p, q, 1e-3f);
    }

    [Fact]
    public async Task A_closed_model_says_so()
    {
        var mixture = await Models.StartAsync();
        await mixture.DisposeAsync();
        var e = await Assert.ThrowsAsync<ModelException>(
            async () => await mixture.PredictAsync(Asked, CancellationToken.None));
        Assert.Equal("The model is closed.", e.Message);
    }

    private static SeededRows Asked7 => new(7, seed: 77);

    private static RowBatch Asked { get; } = Asked7.Read(7)! with { NewTerms = [] };

    /// <summary>
    /// Learns at full speed while four callers ask, up to the row, or until so many copies have answered; the answers
    /// by batch.
    /// </summary>
    private static async Task<Dictionary<long, float[]>> AskWhileLearningAsync(
        LocalMixture mixture, int rows, int questions, Action<MoE.Compute.Batches.BatchOutcome>? onBatch = null,
        int copies = int.MaxValue)
    {
        using var learned = new CancellationTokenSource();
        using var enough = new CancellationTokenSource();
        var (all, numbers, asked) = (new ConcurrentBag<Predictions>(), new ConcurrentDictionary<long, bool>(), 0);
        var callers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref asked) <= questions || !learned.IsCancellationRequested)
            {
                var answer = await mixture.PredictAsync(Asked, CancellationToken.None);
                all.Add(answer);
                numbers[answer.Number] = true;
            }
        })).ToArray();
        await mixture.LearnAsync(new SeededRows(rows), batch =>
        {
            onBatch?.Invoke(batch);
            if (asked >= questions && numbers.Count >= copies)
                enough.Cancel();
        }, enough.Token);
        await learned.CancelAsync();
        await Task.WhenAll(callers);
        var answers = new Dictionary<long, float[]>();
        foreach (var predictions in all)
            if (!answers.TryAdd(predictions.Number, predictions.Probabilities))
                Assert.Equal(answers[predictions.Number], predictions.Probabilities);
        return answers;
    }

    private static void AssertReplayed(int rows, Dictionary<long, float[]> answers)
    {
        var (source, single) = (new SeededRows(rows), new Mixture(Asked7.Schema, Models.Options));
        for (var batch = 0L; ; batch++)
        {
            if (answers.Remove(batch, out var answer))
                Assert.Equal(single.Predict(Asked).Probabilities, answer);
            if (source.Read(Models.Options.Batch) is not { } next)
                break;
            single.Learn(next);
        }
        Assert.Empty(answers);
    }

    private static Mixture Replayed(int batches) => Learn(new Mixture(Asked7.Schema, Models.Options), batches);

    private static Mixture Learn(Mixture mixture, int batches)
    {
        var source = new SeededRows(Models.EndOf(batches));
        while (source.Read(Models.Options.Batch) is { } next)
            mixture.Learn(next);
        return mixture;
    }

    private static void AssertSame(Predictions expected, Predictions actual)
    {
        Assert.Equal(expected.Number, actual.Number);
        Assert.Equal(expected.Probabilities, actual.Probabilities);
        Assert.Equal(expected.Roster.Members.Select(m => m.Spec.Id), actual.Roster.Members.Select(m => m.Spec.Id));
    }
}
