namespace MoE.Compute.Experts;

/// <summary>An option of a kind of expert.</summary>
/// <param name="Name">How it is written: name=value.</param>
/// <param name="Default">Its value where it is left out.</param>
/// <param name="Allowed">What it may be.</param>
public sealed record KindOption(string Name, string Default, string Allowed);

/// <summary>A kind of expert.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Options">All its options.</param>
public sealed record ExpertKind(string Name, IReadOnlyList<KindOption> Options);
