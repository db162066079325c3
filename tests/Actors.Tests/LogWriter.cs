using MoE.Actors.Gate;
using MoE.Compute.Data;
using static MoE.Actors.Gate.GateCommands;

namespace MoE.Actors.Tests;

/// <summary>
/// Writes a log in the order in which a gate does: a source as soon as it is opened, batches some time after they were
/// taken, and a checkpoint once its batches are written, whatever was taken since it began.
/// </summary>
internal sealed class LogWriter
{
    /// <summary>Steps that <see cref="Take"/> knows, from 0 on.</summary>
    public const int Steps = 14;

    private const int BatchRows = 4;

    private static readonly OpenModel Open = new(new SeededRows(0).Schema, Models.Options);

    private readonly List<AcceptedBatch> _unwritten = [];
    private GateState _state = GateState.Empty;
    private SourceId _file = new(SourceKind.File, "rows.csv", "digest", 100_000);
    private CompleteCheckpoint? _round;
    private bool _hasDeleted;

    /// <summary>Begins the log of a new model.</summary>
    public LogWriter() => Write(Open);

    /// <summary>What is written so far.</summary>
    public List<IGateEvent> Log { get; } = [];

    /// <summary>Does what a number stands for.</summary>
    public void Take(int step)
    {
        switch (step)
        {
            case 0:
                Restart();
                break;
            case 1:
                Restart();
                Discard();
                break;
            case 2:
                var pool = Models.Options.Pool;
                Write(new DropExpert(pool[Log.Count % pool.Count].Id, _state.Accepted + 1, "x"));
                break;
            case 3 or 4 when _round is null:
                _round = new CompleteCheckpoint(_state.Accepted, Log.Count, [.. _state.Sources.Values], []);
                break;
            case 3 or 4:
                Complete(_round);
                break;
            case 5:
                _file = _file with { Length = _file.Length + 1 };
                break;
            case 6 or 7:
                WriteBatches();
                break;
            default:
                Accept(step % 2 == 0 ? Logs.Source : _file, isRefused: step % 3 == 0);
                break;
        }
    }

    // What was not written is lost.
    private void Restart()
    {
        _unwritten.Clear();
        _round = null;
        _state = Log.Aggregate(GateState.Empty, (state, e) => state.Apply(e));
        Write(Open);
    }

    // Back to the beginning only where all of the log is still there.
    private void Discard()
    {
        if (_state.Checkpoint is { } newest && (_state.Previous is not null || !_hasDeleted))
            Write(new DiscardCheckpoint(newest.Number, "x"));
    }

    private void Complete(CompleteCheckpoint round)
    {
        if (_state.Accepted - _unwritten.Count < round.Number)
            WriteBatches();
        Write(round);
        _round = null;
        _hasDeleted |= _state.Previous is not null;
    }

    private void Accept(SourceId source, bool isRefused)
    {
        var rows = Batches.Rows(_state.PositionIn(source).Offset + BatchRows, BatchRows);
        if (isRefused)
            rows = Batches.Rows(rows.NextOffset, BatchRows - 1) with { Refusals = [new(rows.NextOffset, 1, "x")] };
        foreach (var e in _state.Decide(new AcceptBatch(source, rows)).Events)
        {
            _state = _state.Apply(e);
            if (e is BatchesAccepted accepted)
                _unwritten.AddRange(accepted.Batches);
            else
                Log.Add(e);
        }
    }

    private void WriteBatches()
    {
        if (_unwritten.Count > 0)
            Log.Add(new BatchesAccepted(_state.Accepted - _unwritten.Count + 1, [.. _unwritten]));
        _unwritten.Clear();
    }

    private void Write(IGateCommand command)
    {
        foreach (var e in _state.Decide(command).Events)
        {
            Log.Add(e);
            _state = _state.Apply(e);
        }
    }
}
