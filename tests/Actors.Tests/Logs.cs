using CsCheck;
using MoE.Actors.Gate;
using MoE.Compute.Data;
using static MoE.Actors.Gate.GateCommands;

namespace MoE.Actors.Tests;

/// <summary>Logs as a gate may write them: groups of batches, freezes, checkpoints, restarts.</summary>
internal static class Logs
{
    public static readonly SourceId Source = SourceId.Named("rows");

    private static readonly OpenModel Open = new(new SeededRows(0).Schema, Models.Options);

    public static Gen<List<IGateEvent>> Any { get; } = Gen.Int[0, 9].List[0, 60].Select(Write);

    /// <summary>
    /// 0 is a restart, 1 a freeze, 2 and 3 the begin of a checkpoint or the end of one, all others a group of batches.
    /// </summary>
    private static List<IGateEvent> Write(List<int> steps)
    {
        var (log, state) = (new List<IGateEvent>(), GateState.Empty);
        (long Number, long Barrier, IReadOnlyList<SourcePosition> Sources)? round = null;
        Add(Open);
        foreach (var step in steps)
            switch (step)
            {
                case 0:
                    round = null;
                    Add(Open);
                    break;
                case 1:
                    Add(new FreezeExpert(Models.Options.Pool[log.Count % Models.Options.Pool.Count].Id, state.Accepted + 1, "x"));
                    break;
                case 2 or 3 when round is { } begun:
                    Add(new CompleteCheckpoint(begun.Number, begun.Barrier, begun.Sources, []));
                    round = null;
                    break;
                case 2 or 3:
                    round = (state.Accepted, log.Count, [.. state.Sources.Values]);
                    break;
                default:
                    AddRows(step - 3);
                    break;
            }
        return log;

        void AddRows(int batches)
        {
            if (state.Sources.IsEmpty)
                Take(new SourceOpened(0, Source));
            var offset = state.PositionIn(Source).Offset;
            Take(new BatchesAccepted(state.Accepted + 1,
                [.. Enumerable.Range(1, batches).Select(i => Batches.Accepted(offset + (4 * i), 4))]));
        }

        void Add(IGateCommand command)
        {
            foreach (var e in state.Decide(command).Events)
                Take(e);
        }

        void Take(IGateEvent e)
        {
            log.Add(e);
            state = state.Apply(e);
        }
    }
}
