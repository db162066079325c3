using MoE.Compute.Files;
using MoE.Compute.Numerics;

namespace MoE.Compute.Gating.Routing.Rules;

/// <summary>
/// Likelihood as <see cref="LinearRule{L}"/>, and the auxiliary loss α N Σ f_e P_e on uneven load (Fedus et al. 2022,
/// eq. 4 to 6, after Shazeer et al. 2017): f_e is the share of expert e in what is routed, P_e its softmax among all
/// experts. By the gradient for one row, where f counts as constant:
/// G_e -= rate α N P_e (f_e - Σ_j f_j P_j) φ. f is a running mean over rows, where the paper has a batch's, for a
/// batch here is a unit of transport alone.
/// </summary>
internal sealed class SwitchRule<L>(float rate, float alpha, int experts) : IRouterRule<L> where L : struct, ILanes<L>
{
    /// <summary>Part that the present row has in the running shares.</summary>
    private const float Recent = 1f / 512f;

    private readonly LinearRule<L> _likelihood = new(rate);
    private float[] _share = [.. Enumerable.Repeat(1f / experts, experts)];
    private float[] _softmax = new float[experts];

    public bool KeepsBias => false;

    public void Learn(RouterScores<L> scores, in RoutedRow row)
    {
        var mean = alpha > 0f ? Softmax(scores, row.Phi) : 0f;
        _likelihood.Learn(scores, row);
        if (alpha > 0f)
            for (var e = 0; e < _share.Length; e++)
                scores.Add(e, -rate * alpha * _share.Length * _softmax[e] * (_share[e] - mean), row.Phi);
        for (var e = 0; e < _share.Length; e++)
            _share[e] -= Recent * _share[e];
        foreach (var e in row.Chosen)
            _share[e] += Recent / row.Chosen.Length;
    }

    public void Reshape(ReadOnlySpan<int> from)
    {
        var share = new float[from.Length];
        for (var e = 0; e < share.Length; e++)
            share[e] = from[e] < 0 ? 1f / share.Length : _share[from[e]];
        (_share, _softmax) = (share, new float[share.Length]);
    }

    public void Save(StateWriter state) => state.Write<float>(_share);

    public void Load(StateReader state) => state.Read<float>(_share);

    /// <summary>Σ_e f_e P_e; _softmax (N) = P.</summary>
    private float Softmax(RouterScores<L> scores, ReadOnlySpan<float> phi)
    {
        var top = float.MinValue;
        for (var e = 0; e < _softmax.Length; e++)
            top = Math.Max(top, _softmax[e] = scores.Of(e, phi));
        var sum = 0f;
        for (var e = 0; e < _softmax.Length; e++)
            sum += _softmax[e] = FastMath.Exp(_softmax[e] - top);
        var mean = 0f;
        for (var e = 0; e < _softmax.Length; e++)
            mean += _share[e] * (_softmax[e] /= sum);
        return mean;
    }
}
