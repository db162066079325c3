using MoE.Compute.Experts;

namespace MoE.Actors.Devices;

/// <summary>Which experts of a model a device computes; the CPU does the others.</summary>
/// <param name="Device">The device's name; cpu where the CPU computes all.</param>
/// <param name="Description">What its driver calls it: two of one name may differ in bits.</param>
/// <param name="Kinds">Specifications that it computes, or "mlp *" for all of a kind.</param>
public sealed record Placement(string Device, string Description, IReadOnlyList<string> Kinds)
{
    /// <summary>All on the CPU, as in every model of which nothing else is said.</summary>
    public static Placement Cpu { get; } = new(Compute.Gpu.Devices.ComputeOptions.Cpu, "", []);

    /// <summary>Whether the CPU computes all.</summary>
    public bool IsCpu => Device == Cpu.Device;

    /// <summary>How all of a kind is written.</summary>
    public static string AllOf(string kind) => $"{kind} *";

    /// <summary>Whether the device computes experts of a specification.</summary>
    public bool Includes(ExpertSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return Kinds.Contains(spec.Text) || Kinds.Contains(AllOf(spec.Kind));
    }

    /// <summary>
    /// The placement without a specification; the others of its kind are named, where all of the kind were included.
    /// </summary>
    /// <param name="specification">What the device does not compute any more.</param>
    /// <param name="others">The specifications of the pool.</param>
    public Placement Without(string specification, IEnumerable<ExpertSpec> others)
    {
        ArgumentNullException.ThrowIfNull(specification);
        var all = AllOf(new ExpertSpec(specification, ExpertRole.Shared, specification).Kind);
        string[] kinds = [.. Kinds.SelectMany(kind => kind == all
            ? others.Where(spec => AllOf(spec.Kind) == all).Select(spec => spec.Text).Distinct()
            : [kind]).Where(kind => kind != specification)];
        return kinds.Length == 0 ? Cpu : this with { Kinds = kinds };
    }

    /// <summary>By device, description and kinds, in order.</summary>
    public bool Equals(Placement? other) => other is not null && Device == other.Device
        && Description == other.Description && Kinds.SequenceEqual(other.Kinds);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Device, Description, Kinds.Count);

    /// <summary>The device, as in "cuda:0 (NVIDIA H200)".</summary>
    public override string ToString() => IsCpu ? "the CPU" : $"{Device} ({Description})";
}
