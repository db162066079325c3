using MoE.Compute.Files;
using MoE.Compute.Numerics;

namespace MoE.Compute.Gating.Routing;

/// <summary>What differs between the kinds of router.</summary>
internal interface IRouterRule<L> where L : struct, ILanes<L>
{
    /// <summary>Whether every expert sees every row.</summary>
    bool AsksAll => false;

    /// <summary>Whether a bias on the choice keeps the load even.</summary>
    bool KeepsBias { get; }

    /// <summary>Changes the scores by what a row has shown.</summary>
    void Learn(RouterScores<L> scores, in RoutedRow row);

    /// <summary>Continues with other slots; -1 in <paramref name="from"/> stands for a new member.</summary>
    void Reshape(ReadOnlySpan<int> from)
    {
    }

    /// <summary>Writes what the rule keeps beside the scores.</summary>
    void Save(StateWriter state)
    {
    }

    /// <summary>Takes over what <see cref="Save"/> wrote.</summary>
    void Load(StateReader state)
    {
    }
}

/// <summary>A row that was routed and answered, as the router learns from it.</summary>
/// <param name="phi">φ (P).</param>
/// <param name="chosen">The slots of the experts that saw it (K).</param>
/// <param name="weight">How their answers were weighed (K).</param>
/// <param name="ofTruth">The probabilities that they gave to the true class (K).</param>
/// <param name="right">Whether each of them was right (K).</param>
internal readonly ref struct RoutedRow(
    ReadOnlySpan<float> phi, ReadOnlySpan<int> chosen, ReadOnlySpan<float> weight, ReadOnlySpan<float> ofTruth,
    ReadOnlySpan<bool> right)
{
    public ReadOnlySpan<float> Phi { get; } = phi;

    public ReadOnlySpan<int> Chosen { get; } = chosen;

    public ReadOnlySpan<float> Weight { get; } = weight;

    public ReadOnlySpan<float> OfTruth { get; } = ofTruth;

    public ReadOnlySpan<bool> Right { get; } = right;
}

/// <summary>
/// Logistic regression, one for each expert, of whether it is right on a row that it saw, as the router of DriftMoE
/// learns which experts are right (Aspis et al. 2025): G_e += rate ([e is right] - σ(g_e)) φ. The softmax of the chosen
/// scores then weighs experts by their odds of being right. A bias on the choice keeps the load even, because an expert
/// that sees no rows could not show that it has become better.
/// </summary>
internal sealed class CompetenceRule<L>(float rate) : IRouterRule<L> where L : struct, ILanes<L>
{
    public bool KeepsBias => true;

    public void Learn(RouterScores<L> scores, in RoutedRow row)
    {
        for (var i = 0; i < row.Chosen.Length; i++)
        {
            var expert = row.Chosen[i];
            var competence = 1f / (1f + FastMath.Exp(-scores.Of(expert, row.Phi)));
            scores.Add(expert, rate * ((row.Right[i] ? 1f : 0f) - competence), row.Phi);
        }
    }
}

/// <summary>
/// The mixture of experts as it was before routing became sparse (Jordan and Jacobs 1994): all experts see all rows,
/// so that there is no load to keep even.
/// </summary>
internal sealed class DenseRule<L>(float rate) : IRouterRule<L> where L : struct, ILanes<L>
{
    private readonly LinearRule<L> _likelihood = new(rate);

    public bool AsksAll => true;

    public bool KeepsBias => false;

    public void Learn(RouterScores<L> scores, in RoutedRow row) => _likelihood.Learn(scores, row);
}

/// <summary>
/// G_e += rate (r_e - weight_e) φ with responsibilities r_e ∝ weight_e · ofTruth_e (Jordan and Jacobs 1994, eq. 18),
/// of the chosen experts; a bias on the choice alone keeps the load even (Wang et al. 2024).
/// </summary>
internal sealed class LinearRule<L>(float rate) : IRouterRule<L> where L : struct, ILanes<L>
{
    public bool KeepsBias => true;

    public void Learn(RouterScores<L> scores, in RoutedRow row)
    {
        var total = 1e-9f;
        for (var i = 0; i < row.Chosen.Length; i++)
            total += row.Weight[i] * row.OfTruth[i];
        for (var i = 0; i < row.Chosen.Length; i++)
        {
            var responsibility = row.Weight[i] * row.OfTruth[i] / total;
            scores.Add(row.Chosen[i], rate * (responsibility - row.Weight[i]), row.Phi);
        }
    }
}

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
