using ILGPU.Runtime;
using MoE.Compute.Kernels.Slots;

namespace MoE.Compute.Kernels.Launches;

/// <summary>An arena, the stream of its launches, and what each of those that may be under way needs.</summary>
internal sealed class ArenaLane : IDisposable
{
    private readonly AcceleratorStream _stream;
    private readonly ArenaLaunch[] _launches;

    /// <summary>A lane for so many launches at a time.</summary>
    public ArenaLane(Accelerator accelerator, string specification, IExpertArena arena, int depth)
    {
        (Specification, Arena, _stream) = (specification, arena, accelerator.CreateStream());
        _launches = [.. Enumerable.Range(0, depth).Select(_ => new ArenaLaunch(accelerator, arena, _stream))];
    }

    /// <summary>What its experts are.</summary>
    public string Specification { get; }

    /// <summary>The arena.</summary>
    public IExpertArena Arena { get; }

    /// <summary>The arena's part of a launch, by the launch's place among those that may be under way.</summary>
    public ArenaLaunch this[int place] => _launches[place];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var launch in _launches)
            launch.Dispose();
        _stream.Dispose();
        Arena.Dispose();
    }
}
