using ILGPU;

namespace MoE.Compute.Kernels.Routing;

/// <summary>Everything that the choice of experts for a batch reads and writes.</summary>
internal struct RoutingView
{
    /// <summary>Experts, N, in whole groups of 16; rows, B; experts chosen per row, K.</summary>
    public int Experts, Rows, K;

    /// <summary>Length of φ, P, and from where on it is 0 in every row.</summary>
    public int PhiStride, Features;

    /// <summary>G (N / 16, P, 16) and the biases (N).</summary>
    public ArrayView<float> G, Bias;

    /// <summary>φ (B, P).</summary>
    public ArrayView<float> Phi;

    /// <summary>Room for the scores (B, N).</summary>
    public ArrayView<float> Scores;

    /// <summary>The chosen experts (B, K), -1 for none.</summary>
    public ArrayView<int> Best;

    /// <summary>Their scores (B, K).</summary>
    public ArrayView<float> BestScores;
}
