using CsCheck;
using MoE.Actors.Gate;
using MoE.Compute.Data;

namespace MoE.Actors.Tests;

/// <summary>
/// Logs as a gate may write them: batches of two sources, one of them a file that grows, in groups; drops;
/// checkpoints, and damaged ones among them; restarts.
/// </summary>
internal static class Logs
{
    /// <summary>The source that is no file.</summary>
    public static readonly SourceId Source = SourceId.Named("rows");

    /// <summary>Any log of some steps of <see cref="LogWriter"/>.</summary>
    public static Gen<List<IGateEvent>> Any { get; } = Gen.Int[0, LogWriter.Steps - 1].List[0, 80].Select(steps =>
    {
        var writer = new LogWriter();
        foreach (var step in steps)
            writer.Take(step);
        return writer.Log;
    });
}
