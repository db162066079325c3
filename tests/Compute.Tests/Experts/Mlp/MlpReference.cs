using MoE.Compute.Encoding;
using MoE.Compute.Experts.Mlp;
using MoE.Compute.Numerics;

namespace MoE.Compute.Tests.Experts.Mlp;

/// <summary>
/// p = softmax(W₂ max(0, W₁ v + b₁) + W_s v + b₂) in doubles. The average follows with all its weights at every step. A
/// plain step of the first layer has a rate of 2 / ‖v‖² at most.
/// </summary>
internal sealed class MlpReference : ExpertReference
{
    private readonly MlpOptions _options;
    private readonly ulong _seed;
    private readonly double _scale;
    private readonly int _hidden;
    private readonly int _padded;
    private readonly List<MlpRow> _inputs = [];
    private readonly List<MlpRow> _outputs = [];
    private readonly MlpRow _bias;
    private readonly Dictionary<(int Column, int Category), int> _rowOf = [];
    private List<(MlpRow Row, double Weight)> _touched = [];
    private double[] _active = [];
    private long _seen;

    public MlpReference(MlpOptions options, int numeric, int categorical, ulong seed)
    {
        (_options, _seed, _hidden) = (options, seed, options.Hidden);
        _padded = (options.Hidden + 15) / 16 * 16;
        var rows = options.Input switch { MlpInput.Z => numeric, MlpInput.Hat => 16 * numeric, _ => 17 * numeric };
        _scale = Math.Sqrt(2.0 / Math.Clamp(rows + (8 * categorical), 4, options.Input == MlpInput.Z ? 64 : 32));
        _bias = new MlpRow([.. Enumerable.Range(0, _hidden).Select(k => 0.3 * CounterRandom.Gaussian(seed, 1, (ulong)k))]);
        for (var row = 0; row < rows; row++)
            AddInput();
    }

    public override double[][] Predict(TrainingBatch batch, int row)
    {
        EnsureClasses(batch.Labels.KnownClasses[row]);
        _touched = [.. Read(batch, row)];
        return [Softmax(Logits(average: _options.Average > 0))];
    }

    public override void Learn(TrainingBatch batch, int row)
    {
        var y = batch.Labels.Targets[row];
        EnsureClasses(y + 1);
        var p = Softmax(Logits(average: false));
        var g = p.Select((v, c) => v - (c == y ? 1 : 0)).ToArray();
        var back = _active.Select((h, k) => h > 0 ? g.Select((v, c) => v * _outputs[c].Learned[k]).Sum() : 0);
        double[] delta = [.. back, .. g];
        for (var c = 0; c < g.Length; c++)
            _outputs[c].Step(_options, [.. _active.Select(h => g[c] * h)]);
        _bias.Step(_options, delta);
        var most = 2 / _touched.Sum(t => t.Weight * t.Weight);
        foreach (var (touched, weight) in _touched)
            touched.Step(_options, [.. delta.Select(d => weight * d)], most);
        if (_options.Average > 0)
            Follow();
    }

    private void Follow()
    {
        if (++_seen >= 64 && _seen % 8 != 0)
            return;
        var rate = _seen < 64
            ? Math.Max(_options.Average, 1.0 / _seen)
            : Math.Min(0.5, Math.Max(8.0 * _options.Average, 8.0 / _seen));
        foreach (var row in _inputs.Concat(_outputs).Append(_bias))
            row.Follow(rate);
    }

    private double[] Logits(bool average)
    {
        var sum = _bias.Values(average).ToArray();
        foreach (var (row, weight) in _touched)
            for (var k = 0; k < sum.Length; k++)
                sum[k] += weight * row.Values(average)[k];
        _active = [.. sum.Take(_hidden).Select(s => Math.Max(0, s))];
        return [.. _outputs.Select(
            (row, c) => sum[_hidden + c] + row.Values(average).Zip(_active, (w, h) => w * h).Sum())];
    }

    private IEnumerable<(MlpRow Row, double Weight)> Read(TrainingBatch batch, int row)
    {
        for (var j = 0; j < batch.Features.Numeric && _options.Input != MlpInput.Hat; j++)
            yield return (_inputs[j], batch.Features.Z[(row * batch.Features.Numeric) + j]);
        for (var j = 0; j < batch.Features.Numeric && _options.Input != MlpInput.Z; j++)
        {
            var first = (_options.Input == MlpInput.Both ? batch.Features.Numeric : 0) + (16 * j);
            var q = batch.Features.Rank[(row * batch.Features.Numeric) + j] * 15f;
            if (float.IsNaN(q))
                continue;
            yield return (_inputs[first + (int)q], 1f - (q - (int)q));
            if (q > (int)q)
                yield return (_inputs[first + (int)q + 1], q - (int)q);
        }
        for (var m = 0; m < batch.Features.Categorical; m++)
        {
            var category = (m, batch.Features.Category[(row * batch.Features.Categorical) + m]);
            if (_rowOf.TryAdd(category, _inputs.Count))
                AddInput();
            yield return (_inputs[_rowOf[category]], 1);
        }
    }

    private void AddInput()
    {
        var first = (ulong)_inputs.Count * (ulong)_padded;
        _inputs.Add(new MlpRow([
            .. Enumerable.Range(0, _hidden).Select(k => _scale * CounterRandom.Gaussian(_seed, 0, first + (ulong)k)),
            .. new double[_outputs.Count]]));
    }

    private void EnsureClasses(int classes)
    {
        while (_outputs.Count < classes)
        {
            foreach (var row in _inputs.Append(_bias))
                row.Grow();
            var first = (ulong)_outputs.Count * (ulong)_padded;
            _outputs.Add(new MlpRow([.. Enumerable.Range(0, _hidden)
                .Select(k => 0.1 / Math.Sqrt(_hidden) * CounterRandom.Gaussian(_seed, 2, first + (ulong)k))]));
        }
    }
}
