using MoE.Compute.Batches;
using MoE.Compute.Data;
using MoE.Compute.Experts;
using MoE.Compute.Rosters;
using MoE.Compute.Rosters.Scripts;

namespace MoE.Actors.Tests;

/// <summary>
/// <see cref="SeededRows"/> that ask for changes of the pool, drawn from a seed: newcomers fresh and copied, of every
/// role, frozen, thawed, moved, renamed and retired. What is asked for before which row is always the same.
/// </summary>
internal sealed class CommandedRows : IRowSource, IPoolScript
{
    /// <summary>Members beyond which one goes for each that comes.</summary>
    private const int MostMembers = 24;

    private readonly SeededRows _rows;
    private readonly int _every;
    private readonly Random _random;
    private Roster _roster = Roster.Of(Models.Options);
    private long _batch;

    /// <summary>Asks for something before every so many batches.</summary>
    public CommandedRows(int rows, int every, int seed = 1) =>
        (_rows, _every, _random) = (new SeededRows(rows), every, new Random(seed));

    public string Name => _rows.Name;

    public SourceId Id => _rows.Id;

    public Schema Schema => _rows.Schema;

    /// <summary>Has a mixture learn the rows, and carry out what is asked for between them.</summary>
    public Task TeachAsync(
        LocalMixture mixture, Action<BatchOutcome>? onBatch = null, CancellationToken stop = default) =>
        mixture.LearnAsync(this, this, onBatch ?? (_ => { }), stop);

    /// <summary>Newcomers asked for so far.</summary>
    public int Added { get; private set; }

    /// <summary>The pool as it is to be after what was asked for.</summary>
    public Roster Roster => _roster;

    /// <summary>Goes through what lies before the row again, without giving it.</summary>
    public ValueTask SkipToAsync(long offset, CancellationToken cancel)
    {
        var before = new SeededRows(int.MaxValue);
        for (var at = 0L; at < offset; _batch++)
        {
            Commands(_batch);
            at = before.Read(Models.Options.Batch)!.NextOffset;
        }
        return _rows.SkipToAsync(offset, cancel);
    }

    public ValueTask<RowBatch?> ReadAsync(int rows, CancellationToken cancel) => _rows.ReadAsync(rows, cancel);

    public int Most(int rows) => rows;

    public IReadOnlyList<RosterCommand> Before(RowBatch batch) => Commands(_batch++);

    public void Dispose() => _rows.Dispose();

    private List<RosterCommand> Commands(long batch)
    {
        List<RosterCommand> commands = [];
        if (batch % _every != _every - 1)
            return commands;
        for (var n = 1 + _random.Next(3); n > 0; n--)
            if (Next(batch) is var command && _roster.Decide(command, batch + 1, Models.Options.Seed).Change is { } change)
            {
                commands.Add(command);
                _roster = _roster.With(change);
                Added += change.Action == RosterAction.Added ? 1 : 0;
            }
        return commands;
    }

    private RosterCommand Next(long batch)
    {
        var any = _roster[_random.Next(_roster.Count)];
        if (_roster.Count > MostMembers)
            return new RetireExpert(any.Spec.Id);
        return _random.Next(10) switch
        {
            0 => new FreezeExpert(any.Spec.Id),
            1 => new ThawExpert(any.Spec.Id),
            2 => new PromoteExpert(any.Spec.Id),
            3 => new DemoteExpert(any.Spec.Id),
            4 => new RenameExpert(any.Spec.Id, $"name-{batch}"),
            5 => new AddExpert { Text = "fern count=8 depth=3", Role = (ExpertRole)_random.Next(3) },
            var dice => new AddExpert
            {
                CloneOf = any.Spec.Id,
                Noise = dice < 8 ? 0.01f : 0f,
                Role = dice == 9 ? ExpertRole.Archived : null,
                Mode = (ExpertMode)_random.Next(3),
            },
        };
    }
}
