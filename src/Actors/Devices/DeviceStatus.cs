using System.Globalization;

namespace MoE.Actors.Devices;

/// <summary>A device that computes for experts of a model.</summary>
/// <param name="Device">Its name.</param>
/// <param name="Description">What its driver calls it.</param>
/// <param name="Kinds">The kinds of expert that it computes.</param>
/// <param name="Kernels">Kernels that were compiled, for what it computes and for what it was tried out with.</param>
/// <param name="Compiling">How long that took.</param>
public sealed record DeviceStatus(
    string Device, string Description, IReadOnlyList<string> Kinds, int Kernels, TimeSpan Compiling)
{
    /// <summary>Why it does not compute for more, a sentence for each specification that it has no room for.</summary>
    public IReadOnlyList<string> Refusals { get; init; } = [];

    /// <summary>As in "cuda:0: NVIDIA H200, 2 kinds (fern, mlp), 2 kernels compiled in 410 ms".</summary>
    public override string ToString() =>
        $"{Device}: {Description}, {Counted(Kinds.Count, "kind")} ({string.Join(", ", Kinds)}), "
        + string.Create(CultureInfo.InvariantCulture,
            $"{Counted(Kernels, "kernel")} compiled in {Compiling.TotalMilliseconds:F0} ms");

    private static string Counted(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";
}
