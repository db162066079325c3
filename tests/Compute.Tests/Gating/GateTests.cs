using CsCheck;
using MoE.Compute.Batches;
using MoE.Compute.Data;
using MoE.Compute.Experts;
using MoE.Compute.Files;
using MoE.Compute.Gating;
using MoE.Compute.Numerics;
using Xunit;

namespace MoE.Compute.Tests.Gating;

public sealed class GateTests
{
    private static readonly MixtureOptions Options = RowStream.Options;

    [Fact]
    public void Batches_are_mixed_in_their_order_only()
    {
        var (gate, stream) = New();
        var (first, second) = (gate.Encode(stream.Next(5)), gate.Encode(stream.Next(5)));
        var error = Assert.Throws<InvalidOperationException>(() => gate.Mix(second, new float[]?[8]));
        Assert.Equal("Batch 2 was to be mixed; 1 is next.", error.Message);
        gate.Mix(first, new float[]?[8]);
        Assert.Throws<InvalidOperationException>(() => gate.Mix(first, new float[]?[8]));
        gate.Mix(second, new float[]?[8]);
        Assert.Equal((2, 2), (gate.Encoded, gate.Mixed));
    }

    [Fact]
    public void No_more_than_a_window_of_batches_is_encoded_ahead()
    {
        var (gate, stream) = New();
        var first = gate.Encode(stream.Next(5));
        for (var ahead = 1; ahead < Options.Window; ahead++)
            gate.Encode(stream.Next(5));
        var error = Assert.Throws<InvalidOperationException>(() => gate.Encode(stream.Next(5)));
        Assert.Equal("3 batches are in progress; at most 3 may be.", error.Message);
        gate.Mix(first, new float[]?[8]);
        Assert.Equal(4, gate.Encode(stream.Next(5)).Number);
    }

    [Fact]
    public void Running_ahead_changes_neither_choices_nor_any_other_bit() =>
        Gen.Select(Gen.Int, Gen.Int[1, 3].Array[12]).Sample((seed, aheads) =>
        {
            var (gate, stream) = New(seed);
            var (other, same) = New(seed);
            var (experts, others) = (Experts(stream), Experts(stream));
            Queue<RoutedBatch> waiting = [];
            List<int[]> choices = [];
            foreach (var ahead in aheads)
            {
                var batch = gate.Encode(stream.Next(20));
                choices.Add(batch.Routing.Chosen);
                gate.Mix(batch, AnswersOf(experts, batch));
                waiting.Enqueue(other.Encode(same.Next(20)));
                while (waiting.Count > ahead || waiting.Count == Options.Window)
                    MixNext(other, others, waiting, choices);
            }
            while (waiting.Count > 0)
                MixNext(other, others, waiting, choices);
            Assert.Equal(Fingerprint(gate, experts), Fingerprint(other, others));
        }, iter: 15);

    [Fact]
    public void Every_row_has_k_experts_and_stands_in_the_list_of_each()
    {
        var (gate, stream) = New();
        var batch = gate.Encode(stream.Next(100));
        Assert.Equal(100 * 2, batch.Routing.Chosen.Length);
        Assert.Equal(6, batch.Routing.RowsOf.Length);
        for (var slot = 0; slot < 6; slot++)
        {
            int[] rows = [.. Enumerable.Range(0, 100).Where(row => batch.Routing.Chosen.AsSpan(row * 2, 2).Contains(slot))];
            Assert.Equal(rows.Length == 0 ? null : rows, batch.Routing.RowsOf[slot]);
        }
    }

    [Fact]
    public void An_expert_without_an_answer_counts_as_one_that_does_not_know()
    {
        var (gate, stream) = New();
        var (other, _) = New();
        var experts = Experts(stream);
        for (var i = 0; i < 10; i++)
        {
            var rows = stream.Next(30);
            var (batch, same) = (gate.Encode(rows), other.Encode(rows));
            var answers = AnswersOf(experts, batch);
            (answers[1], answers[4]) = (null, null);
            var expected = gate.Mix(batch, answers);
            answers[1] = [.. Enumerable.Range(0, 30).SelectMany(row => Unknowing(batch, row, heads: 2))];
            answers[4] = batch.Routing.RowsOf[2]?.SelectMany(row => Unknowing(batch, row, heads: 1)).ToArray();
            Assert.Equal(expected.Probabilities, other.Mix(same, answers).Probabilities);
        }
    }

    [Fact]
    public void A_restored_gate_goes_on_with_the_same_bits() =>
        Gen.Select(Gen.Int, Gen.Int[0, 8]).Sample((seed, cut) =>
        {
            var (gate, stream) = New(seed);
            var (first, same) = New(seed);
            var (experts, others) = (Experts(stream), Experts(stream));
            for (var i = 0; i < 10; i++)
            {
                if (i == cut)
                    first = Restored(first, same.Schema);
                var expected = Learn(gate, experts, stream.Next(25));
                var actual = Learn(first, others, same.Next(25));
                Assert.Equal(expected.Probabilities, actual.Probabilities);
            }
            Assert.Equal(Fingerprint(gate, experts), Fingerprint(first, others));
            Assert.Equal(gate.Scores(), first.Scores());
            Assert.Equal(gate.ExpertScores(), first.ExpertScores());
            Assert.Equal(gate.Vocabulary.Terms, first.Vocabulary.Terms);
        }, iter: 10);

    [Fact]
    public void Mixing_allocates_its_predictions_and_nothing_per_row()
    {
        var (gate, stream) = New();
        var experts = Experts(stream);
        Learn(gate, experts, stream.Next(500));
        var waiting = new Queue<(RoutedBatch Batch, float[]?[] Answers)>(
            Enumerable.Range(0, Allocations.Tries).Select(_ => gate.Encode(stream.Next(4096)))
                .Select(batch => (batch, AnswersOf(experts, batch))));
        var numbers = 0;
        var allocated = Allocations.Of(() =>
        {
            var (batch, answers) = waiting.Dequeue();
            var predictions = gate.Mix(batch, answers);
            numbers = predictions.Classes.Length + predictions.Probabilities.Length;
        });
        Assert.InRange(allocated - (sizeof(float) * numbers), 0, 1000);
    }

    private static (Gate Gate, RowStream Stream) New(int seed = 1)
    {
        var stream = new RowStream(3, 1, 5, seed);
        return (new Gate(stream.Schema, Options), stream);
    }

    private static IExpert[] Experts(RowStream stream) =>
        [.. Options.Pool.Select(spec => ExpertKinds.Create(spec, stream.Schema, 1))];

    private static float[]?[] AnswersOf(IExpert[] experts, RoutedBatch batch) => [.. experts.Select((expert, e) =>
        e < 2 ? ExpertRunner.Run(expert, batch.Training, null)
        : batch.Routing.RowsOf[e - 2] is { } rows ? ExpertRunner.Run(expert, batch.Training, rows) : null)];

    private static Predictions Learn(Gate gate, IExpert[] experts, RowBatch rows)
    {
        Assert.Null(gate.Problem(rows));
        var batch = gate.Encode(rows);
        return gate.Mix(batch, AnswersOf(experts, batch));
    }

    private static void MixNext(Gate gate, IExpert[] experts, Queue<RoutedBatch> waiting, List<int[]> choices)
    {
        var batch = waiting.Dequeue();
        Assert.Equal(choices[(int)batch.Number - 1], batch.Routing.Chosen);
        gate.Mix(batch, AnswersOf(experts, batch));
    }

    private static IEnumerable<float> Unknowing(RoutedBatch batch, int row, int heads) =>
        Enumerable.Repeat(FastMath.Log(1f / Math.Max(1, batch.Labels.KnownClasses[row])), heads * batch.Labels.Stride);

    private static Gate Restored(Gate gate, Schema schema)
    {
        var (encoding, mixing) = (new StateWriter(), new StateWriter());
        gate.SaveEncoding(encoding);
        gate.SaveMixing(mixing);
        var restored = new Gate(schema, Options);
        restored.LoadEncoding(new StateReader(encoding.ToArray()));
        restored.LoadMixing(new StateReader(mixing.ToArray()));
        return restored;
    }

    private static string Fingerprint(Gate gate, IExpert[] experts) => Fingerprints.Combine([
        Fingerprints.Of(gate.SaveEncoding), Fingerprints.Of(gate.SaveMixing),
        .. experts.Select(e => Fingerprints.Of(e.Save))]);
}
