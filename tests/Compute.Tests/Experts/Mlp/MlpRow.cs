using MoE.Compute.Experts.Mlp;

namespace MoE.Compute.Tests.Experts.Mlp;

/// <summary>A row of weights that is stepped as one: by plain steps, or by Adam with a step count of its own.</summary>
internal sealed class MlpRow(double[] weights)
{
    private readonly List<double> _learned = [.. weights];
    private readonly List<double> _average = [.. weights];
    private readonly List<double> _first = [.. new double[weights.Length]];
    private readonly List<double> _second = [.. new double[weights.Length]];
    private int _steps;

    public IReadOnlyList<double> Learned => _learned;

    public IReadOnlyList<double> Values(bool average) => average ? _average : _learned;

    /// <summary>Makes room for one class more.</summary>
    public void Grow()
    {
        foreach (var values in (List<double>[])[_learned, _average, _first, _second])
            values.Add(0);
    }

    /// <summary>One step down the gradient, of a plain rate of <paramref name="most"/> at most.</summary>
    public void Step(MlpOptions options, double[] gradient, double most = double.PositiveInfinity)
    {
        _steps++;
        for (var k = 0; k < gradient.Length; k++)
        {
            if (options.Optimizer == MlpOptimizer.Sgd)
            {
                _learned[k] -= Math.Min(options.Rate, most) * gradient[k];
                continue;
            }
            _first[k] = (0.9 * _first[k]) + (0.1 * gradient[k]);
            _second[k] = (0.999 * _second[k]) + (0.001 * gradient[k] * gradient[k]);
            var mean = _first[k] / (1 - Math.Pow(0.9, _steps));
            var square = _second[k] / (1 - Math.Pow(0.999, _steps));
            _learned[k] -= options.Rate * mean / (Math.Sqrt(square) + 1e-8);
        }
    }

    public void Follow(double rate)
    {
        for (var k = 0; k < _average.Count; k++)
            _average[k] += rate * (_learned[k] - _average[k]);
    }
}
