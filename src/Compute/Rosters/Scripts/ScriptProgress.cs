using MoE.Compute.Data;

namespace MoE.Compute.Rosters.Scripts;

/// <summary>
/// How far a script is carried out: the commands of row N come before the batch that begins with row N + 1, so that
/// both are stored in one write, and none is lost or done twice whenever the learning stops and continues. What no row
/// follows is left for later.
/// </summary>
/// <param name="script">The commands.</param>
/// <param name="learned">Rows taken by an earlier reading; what comes before the last of them was done then.</param>
public sealed class ScriptProgress(Script script, long learned = 0) : IPoolScript
{
    private readonly Queue<ScriptStep> _left = new(script.Steps.Where(step => step.Row >= learned));
    private long _rows = learned;

    /// <summary>The commands that are still to come.</summary>
    public IReadOnlyCollection<ScriptStep> Left => _left;

    /// <inheritdoc/>
    public int Most(int rows)
    {
        var next = _left.FirstOrDefault(step => step.Row > _rows)?.Row ?? long.MaxValue;
        return (int)Math.Min(rows, next - _rows);
    }

    /// <inheritdoc/>
    public IReadOnlyList<RosterCommand> Before(RowBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Rows == 0)
            return [];
        List<RosterCommand> commands = [];
        while (_left.TryPeek(out var step) && step.Row == _rows)
            commands.Add(_left.Dequeue().Command);
        _rows += batch.Rows;
        return commands;
    }
}
