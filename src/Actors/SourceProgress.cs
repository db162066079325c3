using MoE.Actors.Devices;
using MoE.Compute.Data;

namespace MoE.Actors;

/// <summary>Where a model stands, as one of its sources sees it.</summary>
/// <param name="Offset">Rows of the source that were read: what it is to skip to.</param>
/// <param name="SourceRows">Rows of the source that were learned.</param>
/// <param name="Rows">Rows of all sources that were learned.</param>
/// <param name="Terms">The names that the model knows.</param>
/// <param name="Refusal">Why the source cannot be learned; null where it can.</param>
public sealed record SourceProgress(
    long Offset, long SourceRows, long Rows, IReadOnlyList<Term> Terms, string? Refusal) : IWireMessage
{
    /// <summary>The device that computes for experts; null where the CPU does for all.</summary>
    public DeviceStatus? Device { get; init; }
}
