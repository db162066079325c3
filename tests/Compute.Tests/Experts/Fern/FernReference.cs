using MoE.Compute.Encoding;
using MoE.Compute.Experts.Fern;
using MoE.Compute.Numerics;

namespace MoE.Compute.Tests.Experts.Fern;

/// <summary>
/// logits = Σ W[leaf]; V = 0.999 V + |g|², W -= rate · g / √(V + 0.1), in doubles. A leaf's name is the outcomes of its
/// fern's tests, one after the other.
/// </summary>
internal sealed class FernReference(FernOptions options, int numeric, int categorical, ulong seed) : ExpertReference
{
    private readonly Dictionary<string, (double V, List<double> W)> _leaves = [];
    private List<string> _names = [];

    public override double[][] Predict(TrainingBatch batch, int row)
    {
        _names = [.. Enumerable.Range(0, options.Count).Select(fern => LeafOf(fern, batch, row))];
        return [Probabilities(batch.Labels.KnownClasses[row])];
    }

    public override void Learn(TrainingBatch batch, int row)
    {
        var y = batch.Labels.Targets[row];
        var p = Probabilities(Math.Max(batch.Labels.KnownClasses[row], y + 1));
        var g = p.Select((v, c) => v - (c == y ? 1 : 0)).ToArray();
        var norm = g.Sum(v => v * v);
        foreach (var name in _names)
        {
            var (v, w) = _leaves.GetValueOrDefault(name, (0, []));
            v = (0.999 * v) + norm;
            w.AddRange(new double[p.Length - w.Count]);
            for (var c = 0; c < p.Length; c++)
                w[c] -= options.Rate * g[c] / Math.Sqrt(v + 0.1);
            _leaves[name] = (v, w);
        }
    }

    private double[] Probabilities(int classes)
    {
        var logits = new double[classes];
        foreach (var name in _names)
            if (_leaves.TryGetValue(name, out var leaf))
                for (var c = 0; c < Math.Min(classes, leaf.W.Count); c++)
                    logits[c] += leaf.W[c];
        return Softmax(logits);
    }

    private string LeafOf(int fern, TrainingBatch batch, int row) => fern + ":" + string.Concat(
        Enumerable.Range(fern * options.Depth, options.Depth).Select(test => Passes(test, batch, row) ? '1' : '0'));

    private bool Passes(int test, TrainingBatch batch, int row)
    {
        var feature = (int)(CounterRandom.Bits(seed, 0, (ulong)test) % (ulong)(numeric + categorical));
        if (feature < numeric)
        {
            var rank = batch.Features.Rank[(row * numeric) + feature];
            return (float.IsNaN(rank) ? 0.5f : rank) > 0.03f + (0.94f * CounterRandom.Uniform(seed, 1, (ulong)test));
        }
        var category = batch.Features.Category[(row * categorical) + feature - numeric];
        var pair = CounterRandom.Mix(CounterRandom.Bits(seed, 2, (ulong)test) ^ ((ulong)category / 2));
        return (pair % 2 == 1) != (category % 2 == 1);
    }
}
