using MoE.Compute.Encoding;
using MoE.Compute.Experts.Cross;

namespace MoE.Compute.Tests.Experts.Cross;

/// <summary>logits = Σ rows; V += g², W -= rate · g / √(V + 1), row after row, in doubles and a dictionary.</summary>
internal sealed class CrossReference(CrossOptions options, int numeric, int categorical, ulong seed) : ExpertReference
{
    private readonly CrossKeys _keys = new(options, numeric, categorical, seed);
    private readonly Dictionary<(int Row, int Class), (double W, double V)> _table = [];

    public override double[][] Predict(TrainingBatch batch, int row)
    {
        _keys.Read(batch.Features, row);
        return [Probabilities(batch.Labels.KnownClasses[row])];
    }

    public override void Learn(TrainingBatch batch, int row)
    {
        var y = batch.Labels.Targets[row];
        var p = Probabilities(Math.Max(batch.Labels.KnownClasses[row], y + 1));
        for (var c = 0; c < p.Length; c++)
        {
            var g = p[c] - (c == y ? 1 : 0);
            foreach (var key in _keys.Keys)
            {
                var (w, v) = _table.GetValueOrDefault((key, c));
                v += g * g;
                _table[(key, c)] = (w - (options.Rate * g / Math.Sqrt(v + 1)), v);
            }
        }
    }

    private double[] Probabilities(int classes) => Softmax(
        [.. Enumerable.Range(0, classes).Select(c => _keys.Keys.Sum(key => _table.GetValueOrDefault((key, c)).W))]);
}
