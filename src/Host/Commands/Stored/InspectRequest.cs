using MoE.Actors;

namespace MoE.Host.Commands.Stored;

/// <summary>A checked command line of <c>moe inspect</c>.</summary>
/// <param name="File">The model file; null where a store is to be looked at.</param>
/// <param name="Durability">The store.</param>
/// <param name="Verify">How the log is to be learned anew; null where it is not.</param>
/// <param name="Json">Whether the answer is one line of JSON.</param>
internal sealed record InspectRequest(string? File, DurabilityOptions Durability, VerifyRequest? Verify, bool Json);
