using System.Globalization;

namespace MoE.Actors.Devices;

/// <summary>A device that computes for experts of a model.</summary>
/// <param name="Device">Its name.</param>
/// <param name="Description">What its driver calls it.</param>
/// <param name="Kinds">The kinds of expert that it computes.</param>
/// <param name="Specifications">Specifications of these, for which kernels were compiled.</param>
/// <param name="Compiling">How long that took.</param>
public sealed record DeviceStatus(
    string Device, string Description, IReadOnlyList<string> Kinds, int Specifications, TimeSpan Compiling)
{
    /// <summary>As in "cuda:0: NVIDIA H200, 2 kinds (fern, mlp), kernels compiled in 410 ms".</summary>
    public override string ToString() =>
        $"{Device}: {Description}, {Kinds.Count} {(Kinds.Count == 1 ? "kind" : "kinds")} ({string.Join(", ", Kinds)}), "
        + string.Create(CultureInfo.InvariantCulture, $"kernels compiled in {Compiling.TotalMilliseconds:F0} ms");
}
