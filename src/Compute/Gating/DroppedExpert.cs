namespace MoE.Compute.Gating;

/// <summary>An expert that was put out of the pool: it answers nothing from batch <paramref name="From"/> on.</summary>
/// <param name="Id">Its origin.</param>
/// <param name="From">The first batch that it did not learn.</param>
/// <param name="Reason">Why, in one sentence.</param>
public sealed record DroppedExpert(string Id, long From, string Reason);
