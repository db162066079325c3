namespace MoE.Compute.Gating;

/// <summary>What the router's scores learn, and what keeps its experts' load even.</summary>
public enum RouterKind
{
    /// <summary>Which of the chosen experts explains a row best; a bias on the choice keeps the load even.</summary>
    Linear,

    /// <summary>The same; a loss on the scores keeps the load even, as in Switch transformers.</summary>
    Switch,

    /// <summary>Whether each of the chosen experts is right on a row; a bias keeps the load even.</summary>
    Competence,

    /// <summary>The same as linear, and every routed expert sees every row.</summary>
    Dense,
}
