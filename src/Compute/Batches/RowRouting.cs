using MoE.Compute.Encoding;
using MoE.Compute.Experts;
using MoE.Compute.Rosters;

namespace MoE.Compute.Batches;

/// <summary>Which experts of a pool see which rows of a batch of B rows.</summary>
/// <param name="roster">The pool that sees the batch.</param>
/// <param name="k">Routed experts chosen per row, K.</param>
/// <param name="chosen">
/// Routed experts chosen per row (B, K) or more, best score first, as slots of the router; empty without any.
/// </param>
public sealed class RowRouting(Roster roster, int k, int[] chosen)
{
    /// <summary>The pool that sees the batch.</summary>
    public Roster Roster => roster;

    /// <summary>Routed experts chosen per row, K.</summary>
    public int K => k;

    /// <summary>Routed experts chosen per row (B, K), best score first, as slots of the router.</summary>
    public int[] Chosen => chosen;

    /// <summary>Per slot of the router, the rows that chose it, ascending; null if none did.</summary>
    public int[]?[] RowsOf { get; init; } = new int[]?[roster.Routed.Count];

    /// <summary>The experts chosen for a row (K).</summary>
    public ReadOnlySpan<int> ChosenFor(int row) => chosen.AsSpan(row * k, k);

    /// <summary>The rows that the expert at an index of the roster sees, ascending; null for all of them.</summary>
    public int[]? RowsFor(int index) => roster.SlotOf(index) is >= 0 and var slot ? RowsOf[slot] : null;

    /// <summary>Whether the expert at an index of the roster has rows to see.</summary>
    public bool Asks(int index) =>
        roster.SlotOf(index) is >= 0 and var slot ? RowsOf[slot] is not null : roster[index].Answers;

    /// <summary>Fills <see cref="RowsOf"/> by <see cref="Chosen"/>.</summary>
    /// <param name="rows">Number of rows, B.</param>
    internal void ListRows(int rows)
    {
        var count = new int[RowsOf.Length];
        var slots = chosen.AsSpan(0, rows * k);
        foreach (var slot in slots)
            count[slot]++;
        for (var slot = 0; slot < count.Length; slot++)
            RowsOf[slot] = count[slot] == 0 ? null : new int[count[slot]];
        Array.Clear(count);
        for (var i = 0; i < slots.Length; i++)
        {
            var slot = slots[i];
            RowsOf[slot]![count[slot]++] = i / k;
        }
    }
}

/// <summary>A batch as the gate mixes it: its rows, and which experts see them.</summary>
/// <param name="Training">Features and labels, as the experts are given them.</param>
/// <param name="Routing">Which experts see which rows.</param>
/// <param name="Rejected">Rows of the source rejected since the batch before.</param>
public sealed record RoutedBatch(TrainingBatch Training, RowRouting Routing, int Rejected)
{
    /// <summary>The batch's number: 1, 2, 3, ...</summary>
    public long Number => Training.Number;

    /// <summary>Number of rows, B.</summary>
    public int Rows => Training.Rows;

    /// <summary>What the rows are predicted from.</summary>
    public FeatureBatch Features => Training.Features;

    /// <summary>What is learned from them.</summary>
    public Labels Labels => Training.Labels;

    /// <summary>The pool that sees the batch.</summary>
    public Roster Roster => Routing.Roster;

    /// <summary>Whether the expert at an index of the roster has rows to see.</summary>
    public bool Asks(int index) => Rows > 0 && Routing.Asks(index);

    /// <summary>
    /// Takes the expert at an index of the roster through its rows, which it learns unless it is frozen.
    /// </summary>
    /// <param name="expert">Its numbers.</param>
    /// <param name="index">Its index.</param>
    /// <param name="used">An array that is no longer read; reused for the answers if it is long enough.</param>
    /// <returns>Its answers (rows, heads, stride); null if it has no rows.</returns>
    public float[]? Run(IExpert expert, int index, float[]? used = null) => !Asks(index) ? null
        : ExpertRunner.Run(expert, Training, Routing.RowsFor(index), Roster[index].Mode == ExpertMode.Learning, used);
}
