using MoE.Compute.Encoding;
using MoE.Compute.Experts.Deep;
using MoE.Compute.Experts.Mlp;
using MoE.Compute.Numerics;

namespace MoE.Compute.Tests.Experts.Deep;

/// <summary>
/// p = softmax(W₃ max(0, W₂ max(0, W₁ v + b₁) + b₂) + b₃) in doubles, one step per M rows. A plain step of a layer has
/// a rate of 2 √M / Σ (‖input‖² + 1) at most.
/// </summary>
internal sealed class DeepReference : ExpertReference
{
    private readonly DeepOptions _options;
    private readonly MlpInputs _inputs;
    private readonly ulong _seed;
    private readonly (int First, int Second) _padded;
    private readonly List<ReferenceWeights> _first = [];
    private readonly ReferenceWeights _firstBias;
    private readonly ReferenceWeights[] _second;
    private readonly ReferenceWeights _secondBias;
    private readonly List<ReferenceWeights> _third = [];
    private readonly List<ReferenceWeights> _thirdBias = [];
    private readonly List<(Dictionary<int, double> Touched, int Target)> _waiting = [];
    private Dictionary<int, double> _touched = [];

    public DeepReference(DeepOptions options, int numeric, int categorical, ulong seed)
    {
        (_options, _seed) = (options, seed);
        _inputs = new MlpInputs(options.Input, numeric, categorical);
        _padded = ((options.Hidden + 31) / 32 * 32, (options.Second + 31) / 32 * 32);
        _firstBias = new ReferenceWeights(options.Hidden, k => 0.3 * CounterRandom.Gaussian(seed, 1, (ulong)k));
        _second = [.. Enumerable.Range(0, options.Hidden).Select(k => new ReferenceWeights(options.Second,
            j => Math.Sqrt(2.0 / options.Hidden) * CounterRandom.Gaussian(seed, 2, (ulong)((k * _padded.Second) + j))))];
        _secondBias = new ReferenceWeights(options.Second, _ => 0);
        AddInputs();
    }

    public override double[][] Predict(TrainingBatch batch, int row)
    {
        EnsureClasses(batch.Labels.KnownClasses[row]);
        _inputs.Read(batch.Features, row);
        AddInputs();
        _touched = Enumerable.Range(0, _inputs.Count).ToDictionary(j => _inputs.Index[j], j => (double)_inputs.Weight[j]);
        return [Softmax(Forward(_touched).Logits)];
    }

    public override void Learn(TrainingBatch batch, int row)
    {
        var y = batch.Labels.Targets[row];
        EnsureClasses(y + 1);
        _waiting.Add((_touched, y));
        if (_waiting.Count < _options.Minibatch)
            return;
        Step();
        _waiting.Clear();
    }

    private void Step()
    {
        var scale = _options.Optimizer == MlpOptimizer.Adam ? 1.0 / _waiting.Count : 1 / Math.Sqrt(_waiting.Count);
        var (norms, classes) = (new double[3], _third.Count);
        foreach (var (touched, y) in _waiting)
        {
            var (h1, h2, logits) = Forward(touched);
            var d3 = Softmax(logits).Select((p, c) => scale * (p - (c == y ? 1 : 0))).ToArray();
            double[] d2 = [.. h2.Select((h, j) => h > 0 ? d3.Select((d, c) => d * _third[c].Values[j]).Sum() : 0)];
            double[] d1 = [.. h1.Select((h, k) => h > 0 ? d2.Select((d, j) => d * _second[k].Values[j]).Sum() : 0)];
            for (var c = 0; c < classes; c++)
            {
                _third[c].Add(d3[c], h2);
                _thirdBias[c].Add(d3[c], [1]);
            }
            for (var k = 0; k < h1.Length; k++)
                _second[k].Add(h1[k], d2);
            _secondBias.Add(1, d2);
            foreach (var (row, weight) in touched)
                _first[row].Add(weight, d1);
            _firstBias.Add(1, d1);
            norms = [norms[0] + touched.Values.Sum(v => v * v), norms[1] + h1.Sum(h => h * h),
                norms[2] + h2.Sum(h => h * h)];
        }
        foreach (var weights in _first.Append(_firstBias))
            Step(weights, norms[0], touchedOnly: weights != _firstBias);
        foreach (var weights in _second.Append(_secondBias))
            Step(weights, norms[1]);
        foreach (var weights in _third.Concat(_thirdBias))
            Step(weights, norms[2]);
    }

    private void Step(ReferenceWeights weights, double norm, bool touchedOnly = false)
    {
        var most = 2 * Math.Sqrt(_waiting.Count) / (norm + _waiting.Count);
        if (weights.IsTouched || !touchedOnly)
            weights.Step(_options.Optimizer == MlpOptimizer.Adam, Math.Min(_options.Rate,
                _options.Optimizer == MlpOptimizer.Adam ? 1 : most));
    }

    private (double[] First, double[] Second, double[] Logits) Forward(Dictionary<int, double> touched)
    {
        double[] h1 = [.. Enumerable.Range(0, _options.Hidden).Select(k => Math.Max(
            0, _firstBias.Values[k] + touched.Sum(t => t.Value * _first[t.Key].Values[k])))];
        double[] h2 = [.. Enumerable.Range(0, _options.Second).Select(j => Math.Max(
            0, _secondBias.Values[j] + h1.Select((h, k) => h * _second[k].Values[j]).Sum()))];
        return (h1, h2, [.. _third.Select((w, c) =>
            _thirdBias[c].Values[0] + h2.Select((h, j) => h * w.Values[j]).Sum())]);
    }

    private void AddInputs()
    {
        while (_first.Count < _inputs.Rows)
        {
            var first = (ulong)_first.Count * (ulong)_padded.First;
            var scale = Math.Sqrt(2.0 / _inputs.FanIn);
            _first.Add(new ReferenceWeights(_options.Hidden, k => scale * CounterRandom.Gaussian(_seed, 0, first + (ulong)k)));
        }
    }

    private void EnsureClasses(int classes)
    {
        while (_third.Count < classes)
        {
            var first = (ulong)_third.Count * (ulong)_padded.Second;
            var age = _third.Count % 32 == 0 ? 0 : _third[^1].Steps;
            _third.Add(new ReferenceWeights(_options.Second,
                j => 0.1 / Math.Sqrt(_options.Second) * CounterRandom.Gaussian(_seed, 3, first + (ulong)j), age));
            _thirdBias.Add(new ReferenceWeights(1, _ => 0, age));
        }
    }
}
