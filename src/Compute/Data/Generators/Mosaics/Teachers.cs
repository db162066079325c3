namespace MoE.Compute.Data.Generators.Mosaics;

/// <summary>
/// M random linear classifiers W (C, D) of independent N(0, 1) weights: the class of x (D) is
/// argmax_c Σ_d W[c, d] x[d]. With drift ω the weights at row i are W = cos(ωi) U + sin(ωi) V out of two such matrices
/// U and V: a steady turn that keeps their spread, by which after a quarter nothing is left of what was.
/// </summary>
internal sealed class Teachers
{
    private readonly int _features;
    private readonly int _classes;
    private readonly float _drift;
    private readonly double[] _start;
    private readonly double[] _quarter;

    /// <summary>Teachers at their places before the first row.</summary>
    public Teachers(MosaicOptions options, Randomness model)
    {
        (_features, _classes, _drift) = (options.Features, options.Classes, options.Drift);
        _start = new double[options.Concepts * _classes * _features];
        _quarter = new double[_start.Length];
        for (var i = 0; i < _start.Length; i++)
            (_start[i], _quarter[i]) = (model.NextGaussian(), model.NextGaussian());
    }

    /// <summary>
    /// The class, from 0, that a concept's teacher gives to x (D) in a row, from 0; of equals the first.
    /// </summary>
    public int ClassOf(int concept, long row, ReadOnlySpan<float> x)
    {
        var (sine, cosine) = Math.SinCos(_drift * (double)row);
        var (best, greatest) = (0, double.NegativeInfinity);
        for (var c = 0; c < _classes; c++)
        {
            var at = (concept * _classes + c) * _features;
            var score = 0.0;
            for (var d = 0; d < _features; d++)
                score += (cosine * _start[at + d] + sine * _quarter[at + d]) * x[d];
            if (score > greatest)
                (best, greatest) = (c, score);
        }
        return best;
    }
}
