using MoE.Actors.Devices;
using MoE.Actors.Gate;
using MoE.Compute.Data;
using MoE.Compute.Rosters;
using static MoE.Actors.Gate.GateCommands;

namespace MoE.Actors.Tests;

/// <summary>
/// Writes a log in the order in which a gate does: a source as soon as it is opened, batches some time after they were
/// taken, and a checkpoint once its batches are written, whatever was taken since it began.
/// </summary>
internal sealed class LogWriter
{
    /// <summary>Steps that <see cref="Take"/> knows, from 0 on.</summary>
    public const int Steps = 19;

    private const int BatchRows = 4;

    private static readonly OpenModel Open = new(new SeededRows(0).Schema, Models.Options with { Growth = new() });

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
                Write(new DropExpert(Any().Origin, _state.Accepted + 1, "x"));
                break;
            case 3 or 4 when _round is null:
                _round = Begin(_state.Accepted);
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
            case 8 or 9 or 10 or 11:
                WriteBatches();
                Write(new ChangeRoster(Command(step), _state.Accepted + 1));
                break;
            case 18:
                Write(new ChooseDevice(
                    Log.Count % 3 == 0 ? Placement.Cpu : new Placement("cuda:0", $"card {Log.Count % 2}", ["mlp *"]),
                    _state.Accepted + 1));
                break;
            default:
                Accept(step % 2 == 0 ? Logs.Source : _file, isRefused: step % 3 == 0);
                break;
        }
    }

    private Member Any() => _state.Roster[Log.Count % _state.Roster.Count];

    private RosterCommand Command(int step) => step switch
    {
        8 => new AddExpert { CloneOf = Any().Spec.Id, Noise = 0.25f },
        9 => new FreezeExpert(Any().Spec.Id),
        10 => new RenameExpert(Any().Spec.Id, $"name-{Log.Count}"),
        _ => new RetireExpert(Any().Spec.Id),
    };

    // The pool of the next batch may be in the log already: the checkpoint says nothing of it.
    private CompleteCheckpoint Begin(long number)
    {
        var last = _state.Checkpoint;
        var roster = (last?.Roster ?? Roster.Of(Models.Options)).With(
            _state.Changes.Where(change => change.From > (last?.Number ?? 0) && change.From <= number));
        var ahead = Log.FindIndex(e => e is RosterChanged changed && changed.Change.From > number);
        return new CompleteCheckpoint(number, ahead < 0 ? Log.Count : ahead, [.. _state.Sources.Values], roster,
            [.. roster.Members.Select(member => new ExpertImage(member.Origin, 0))]);
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
