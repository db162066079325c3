using MoE.Compute.Data;

namespace MoE.Compute.Rosters.Scripts;

/// <summary>
/// A source with the commands of a script between its rows: those of row N come in the batch that begins with row
/// N + 1, so that both are stored in one, and none is lost or done twice whenever the learning breaks off and goes on.
/// What no row comes behind is left for later.
/// </summary>
/// <param name="source">Where the rows come from; disposed together with this.</param>
/// <param name="script">The commands.</param>
/// <param name="learned">Rows taken by an earlier reading; what stands before the last of them was done then.</param>
public sealed class ScriptedSource(IRowSource source, Script script, long learned = 0) : IRowSource
{
    private readonly Queue<ScriptStep> _left = new(script.Steps.Where(step => step.Row >= learned));
    private long _rows = learned;

    /// <inheritdoc/>
    public string Name => source.Name;

    /// <inheritdoc/>
    public SourceId Id => source.Id;

    /// <inheritdoc/>
    public Schema Schema => source.Schema;

    /// <summary>The commands that are still to come.</summary>
    public IReadOnlyCollection<ScriptStep> Left => _left;

    /// <inheritdoc/>
    public void SkipTo(long offset, IEnumerable<Term> terms) => source.SkipTo(offset, terms);

    /// <inheritdoc/>
    public RowBatch? Read(int rows)
    {
        var next = _left.FirstOrDefault(step => step.Row > _rows)?.Row ?? long.MaxValue;
        var batch = source.Read((int)Math.Min(rows, next - _rows));
        if (batch is not { Rows: > 0 })
            return batch;
        List<RosterCommand> commands = [];
        while (_left.TryPeek(out var step) && step.Row == _rows)
            commands.Add(_left.Dequeue().Command);
        _rows += batch.Rows;
        return commands.Count == 0 ? batch : batch with { Commands = commands };
    }

    /// <inheritdoc/>
    public void Dispose() => source.Dispose();
}
