namespace MoE.Compute.Tests.Experts.Deep;

/// <summary>Weights that are stepped together by the gradient that was added up: by plain steps, or by Adam.</summary>
internal sealed class ReferenceWeights(int count, Func<int, double> first, int steps = 0)
{
    private readonly double[] _gradient = new double[count];
    private readonly double[] _mean = new double[count];
    private readonly double[] _square = new double[count];

    public double[] Values { get; } = [.. Enumerable.Range(0, count).Select(first)];

    /// <summary>Steps so far; a class that comes later is as old as those that it shares a panel with.</summary>
    public int Steps { get; private set; } = steps;

    /// <summary>Whether something was added since the last step.</summary>
    public bool IsTouched { get; private set; }

    public void Add(double weight, double[] direction)
    {
        for (var k = 0; k < count; k++)
            _gradient[k] += weight * direction[k];
        IsTouched = true;
    }

    public void Step(bool adam, double rate)
    {
        Steps++;
        for (var k = 0; k < count; k++)
        {
            var g = _gradient[k];
            _mean[k] = (0.9 * _mean[k]) + (0.1 * g);
            _square[k] = (0.999 * _square[k]) + (0.001 * g * g);
            Values[k] -= !adam ? rate * g
                : rate * _mean[k] / (1 - Math.Pow(0.9, Steps))
                    / (Math.Sqrt(_square[k] / (1 - Math.Pow(0.999, Steps))) + 1e-8);
            _gradient[k] = 0;
        }
        IsTouched = false;
    }
}
