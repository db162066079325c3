using MoE.Compute.Checks;

namespace MoE.Host.Measures;

/// <summary>What came of one specification on one device.</summary>
/// <param name="Device">The device.</param>
/// <param name="Finding">How it compares with the definition.</param>
/// <param name="Elapsed">What that took.</param>
internal sealed record SelftestResult(string Device, KernelFinding Finding, TimeSpan Elapsed);
