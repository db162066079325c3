namespace MoE.Compute.Experts;

/// <summary>Which rows an expert sees.</summary>
public enum ExpertRole
{
    /// <summary>Every row; its answer is an input of the mixers.</summary>
    Shared,

    /// <summary>
    /// The rows for which the router chose it; the chosen experts' answers become one input of the mixers.
    /// </summary>
    Routed,

    /// <summary>
    /// Every row, without ever learning: what it knows of an earlier time is kept. The archived experts' answers are
    /// mixed among themselves and become two inputs of the mixers.
    /// </summary>
    Archived,
}

/// <summary>
/// What an expert is: a kind and its options, as in <c>fern count=128 depth=5 rate=0.1</c>. Options left out have the
/// kind's defaults.
/// </summary>
/// <param name="Id">Its name in the pool, unique for ever.</param>
/// <param name="Role">Which rows it sees.</param>
/// <param name="Text">Kind and options.</param>
public sealed record ExpertSpec(string Id, ExpertRole Role, string Text)
{
    /// <summary>The name of its kind, which is the text's first word unless the kind has two.</summary>
    public string Kind => ExpertKinds.Find(this)?.Name ?? Text.Split(' ', 2)[0];
}
