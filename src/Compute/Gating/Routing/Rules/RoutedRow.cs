namespace MoE.Compute.Gating.Routing.Rules;

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
