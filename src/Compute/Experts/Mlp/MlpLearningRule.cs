namespace MoE.Compute.Experts.Mlp;

/// <summary>The constants of both optimizers.</summary>
internal static class MlpLearningRule
{
    /// <summary>
    /// Bound on rate · ‖input‖² of a plain step: by that factor the step moves what the layer gives for the same input,
    /// and beyond it wide inputs make the weights explode (normalised LMS, Nagumo and Noda 1967).
    /// </summary>
    public const float MostGain = 2f;

    /// <summary>β₁ of Adam.</summary>
    public const float Beta1 = 0.9f;

    /// <summary>β₂ of Adam.</summary>
    public const float Beta2 = 0.999f;

    /// <summary>ε of Adam.</summary>
    public const float Epsilon = 1e-8f;

    /// <summary>Steps after which both of Adam's corrections are 1 to the last bit of a float.</summary>
    public const int Settled = 1 << 15;
}
