using System.Globalization;
using MoE.Actors.Devices;
using MoE.Actors.Gate.Recovery;
using MoE.Compute;
using MoE.Compute.Data;
using MoE.Compute.Gpu.Devices;
using MoE.Compute.Growth;
using MoE.Compute.ModelFiles;

namespace MoE.Actors.Inspection;

/// <summary>A stored model as of the last event of its log: its newest whole checkpoint, and what came since.</summary>
public sealed record LatestModel
{
    private LatestModel(ModelFile model, string? left) => (Model, Left) = (model, left);

    /// <summary>The model.</summary>
    public ModelFile Model { get; }

    /// <summary>
    /// Why it is not that of the log's last event, without a full stop; null where it is. Then it is an earlier one, to
    /// the bit.
    /// </summary>
    public string? Left { get; }

    /// <summary>
    /// Learns the rows behind the newest whole checkpoint again, in memory and in one thread, and changes the pool as
    /// it was changed; null where nothing is whole from which that could begin. What a device computed, the same one
    /// computes again, or one of another name that is described alike.
    /// </summary>
    /// <param name="stored">The model.</param>
    /// <param name="growth">How its pool changes by itself, which no log says: as when it learned last.</param>
    public static LatestModel? Of(StoredModel stored, GrowthOptions growth)
    {
        ArgumentNullException.ThrowIfNull(stored);
        var needsDevice = stored.LastBatch > (stored.NewestWhole?.Progress.LastBatch ?? 0)
            && stored.State.Devices.Any(chosen => !chosen.Placement.IsCpu);
        if (stored.State.Model is not { } model || !needsDevice)
            return Of(stored, growth, []);
        using var open = new OpenDevices();
        var auto = new ComputeOptions { Device = ComputeOptions.Auto };
        return Of(stored, growth, DeviceOffer.Find(auto, open).Devices);
    }

    /// <summary>As the other, with devices of the caller's.</summary>
    internal static LatestModel? Of(StoredModel stored, GrowthOptions growth, IReadOnlyList<DeviceSettings> devices)
    {
        var whole = stored.Checkpoints.Select(checkpoint => checkpoint.Model).OfType<ModelFile>()
            .ToDictionary(model => model.Progress.LastBatch);
        var point = stored.Log.Replay.Points().FirstOrDefault(point => point.Checkpoint is null
            ? stored.Checkpoints.Count == 0 : whole.ContainsKey(point.Number));
        if (point is null)
            return stored.NewestWhole is { } newest
                ? new LatestModel(newest, Text($"the log is damaged after batch {newest.Progress.LastBatch:N0}"))
                : null;
        var from = point.Checkpoint is null ? null : whole[point.Number];
        return new Tail(stored, point, from, growth).Learn(
            ReplayPlan.Of(point.Number, stored.State, placement => ReplayPlan.Find(devices, placement)));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>A log behind a point, and the model there; null for the beginning.</summary>
    private sealed record Tail(StoredModel Stored, RecoveryPoint Point, ModelFile? From, GrowthOptions Growth)
    {
        private readonly SortedDictionary<int, SourcePosition> _sources =
            new((Point.Checkpoint?.Sources ?? []).Index().ToDictionary(source => source.Index, source => source.Item));

        public LatestModel Learn(ReplayPlan plan)
        {
            if (Point.Tail.Count == 0 || plan.Last <= Point.Number)
                return new LatestModel(Restated(plan.Left is null), plan.Left);
            using var replay = new LogReplay(Begun(), plan, Point.Changes, Stored.Dropped);
            try
            {
                var left = Replay(replay) ?? plan.Left;
                if (left is null)
                    replay.DropTheRest();
                return new LatestModel(replay.Mixture.ToModelFile([.. _sources.Values]), left);
            }
            catch (DeviceException e)
            {
                return new LatestModel(Restated(isAll: false), e.Message.TrimEnd('.'));
            }
        }

        /// <summary>Learns as far as the plan goes; says why a batch cannot be learned.</summary>
        private string? Replay(LogReplay replay)
        {
            foreach (var batch in Point.Tail)
            {
                if (replay.Mixture.Gate.Problem(batch.Rows) is { } problem)
                    return Text($"batch {replay.Mixture.Gate.Mixed + 1:N0} cannot be learned: {problem.TrimEnd('.')}");
                if (!replay.TryLearn(batch.Rows))
                    return null;
                _sources[batch.Source] = new SourcePosition(
                    Stored.State.Sources[batch.Source].Id, batch.Rows.NextOffset, batch.Learned);
            }
            return null;
        }

        private Mixture Begun()
        {
            var model = Stored.State.Model!;
            return From is null
                ? Mixture.Begun(model.Schema, model.Options with { Growth = Growth })
                : Mixture.From(From with { Options = From.Options with { Growth = Growth } });
        }

        /// <summary>The model at the point with what the log says of the batch behind it: no row is learned.</summary>
        private ModelFile Restated(bool isAll)
        {
            var at = From ?? Begun().ToModelFile();
            var (next, origins) = (Point.Number + 1, at.Roster.Members.Select(member => member.Origin).ToHashSet());
            return at with
            {
                Progress = at.Progress with
                {
                    Sources = isAll ? [.. Stored.State.Sources.Values] : at.Progress.Sources,
                    Changes = [.. Point.Changes.Where(change => change.From == next)],
                    Dropped = [.. Stored.Dropped.Where(expert => origins.Contains(expert.Id)
                        && (isAll || expert.From <= next))],
                },
            };
        }
    }
}
