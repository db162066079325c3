using Akka.Streams;
using Akka.Streams.Stage;
using MoE.Actors.Gate;
using MoE.Compute.Data;

namespace MoE.Actors.Streams;

/// <summary>
/// Reads a source batch by batch, as it is asked to. A source that breaks gives what broke it as its last element, for
/// a failed stream would throw away the batches that are on their way.
/// </summary>
internal sealed class RowStage : GraphStage<SourceShape<object>>
{
    private readonly Outlet<object> _out = new("rows.out");
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IRowSource _source;
    private readonly int _batch;

    public RowStage(IRowSource source, int batch)
    {
        (_source, _batch) = (source, batch);
        Shape = new SourceShape<object>(_out);
    }

    /// <inheritdoc/>
    public override SourceShape<object> Shape { get; }

    /// <summary>What the rows come from.</summary>
    public SourceId Source => _source.Id;

    /// <summary>Done when the source is read no more.</summary>
    public Task Stopped => _stopped.Task;

    /// <inheritdoc/>
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this);

    private sealed class Logic : OutGraphStageLogic
    {
        private readonly RowStage _stage;

        public Logic(RowStage stage) : base(stage.Shape)
        {
            _stage = stage;
            SetHandler(stage._out, this);
        }

        public override void OnPull()
        {
            switch (Read())
            {
                case null:
                    CompleteStage();
                    break;
                case GateStreams.SourceFailed failed:
                    Push(_stage._out, failed);
                    CompleteStage();
                    break;
                case var rows:
                    Push(_stage._out, rows);
                    break;
            }
        }

        public override void PostStop() => _stage._stopped.TrySetResult();

        private object? Read()
        {
            try
            {
                return _stage._source.Read(_stage._batch);
            }
            catch (Exception e)                              // whatever it is, it is the learner's to see
            {
                return new GateStreams.SourceFailed(e);
            }
        }
    }
}
