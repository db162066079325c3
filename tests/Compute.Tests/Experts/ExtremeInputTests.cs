using System.Globalization;
using CsCheck;
using MoE.Compute.Data;
using MoE.Compute.Experts;
using MoE.Compute.Gating;
using Xunit;

namespace MoE.Compute.Tests.Experts;

/// <summary>Cells that no sane source sends, but that are legal: every answer stays a probability.</summary>
public sealed class ExtremeInputTests
{
    public static TheoryData<string> Kinds => Pools.EveryKind;

    private static readonly Gen<float> Cell = Gen.OneOf(
        Gen.Float[-1f, 1f], Gen.Float[-3e38f, 3e38f], Gen.Float[-1e-38f, 1e-38f], Gen.Const(float.NaN),
        Gen.Bool.Select(b => b ? float.MaxValue : float.MinValue));

    /// <summary>Cells of a column: anything, the same all the time, nothing at all, or two opposite values.</summary>
    private static readonly Gen<float[]> Column = Gen.OneOf(
        Cell.Array[200],
        Cell.Select(cell => Enumerable.Repeat(cell, 200).ToArray()),
        Gen.Const(Enumerable.Repeat(float.NaN, 200).ToArray()),
        Gen.Bool.Array[200].Select(up => up.Select(b => b ? 1e30f : -1e30f).ToArray()));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Answers_are_probabilities_whatever_the_cells(string text) =>
        Gen.Select(Column.Array[1, 40], Gen.Int[1, 5], Gen.Int[0, 4].Array[200]).Sample((columns, classes, labels) =>
        {
            var schema = EncodedStream.SchemaOf(columns.Length, 0);
            var spec = new ExpertSpec("it", ExpertRole.Shared, text);
            var gate = new Gate(schema, new MixtureOptions { Pool = [spec] });
            var expert = ExpertKinds.Create(spec, schema, 1);
            for (var at = 0; at < 200; at += 50)
            {
                int[] targets = [.. labels[at..(at + 50)].Select(y => y % classes)];
                var batch = gate.Encode(Rows(columns, at, targets, gate.Vocabulary));
                var answers = ExpertRunner.Run(expert, batch.Training, null);
                Answers.AssertProbabilities(expert.Heads, batch.Training, answers);
                var mixed = gate.Mix(batch, [answers]);
                for (var row = batch.Labels.KnownClasses[0] == 0 ? 1 : 0; row < batch.Rows; row++)
                {
                    var p = mixed.Probabilities[(row * mixed.ClassStride)..][..mixed.ClassStride];
                    Assert.Equal(1, p.Sum(v => (double)v), 1e-4);
                }
            }
        }, iter: 15);

    private static RowBatch Rows(float[][] columns, int from, int[] labels, Vocabulary vocabulary)
    {
        var texts = labels.Distinct().ToList();
        var known = vocabulary.Classes.Select(text => int.Parse(text, CultureInfo.InvariantCulture)).ToList();
        known.AddRange(texts.Except(known));
        return new RowBatch
        {
            Values = [.. Enumerable.Range(from, labels.Length).SelectMany(row => columns.Select(cells => cells[row]))],
            Targets = [.. labels.Select(label => known.IndexOf(label))],
            NewTerms = [.. known.Skip(vocabulary.Classes.Count).Select(label => new Term(Term.Class, $"{label}"))],
            NextOffset = from + labels.Length,
        };
    }
}
