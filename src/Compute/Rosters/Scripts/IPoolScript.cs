using MoE.Compute.Data;

namespace MoE.Compute.Rosters.Scripts;

/// <summary>Changes of the pool at given rows of a source, asked for as its rows are read.</summary>
public interface IPoolScript
{
    /// <summary>Rows that the next batch may have at most, so that it ends where commands come.</summary>
    /// <param name="rows">Rows of a batch.</param>
    int Most(int rows);

    /// <summary>The commands to carry out before the next batch, which is this one.</summary>
    IReadOnlyList<RosterCommand> Before(RowBatch batch);
}
