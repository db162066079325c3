using MoE.Compute.Rosters;

namespace MoE.Compute.Encoding;

/// <summary>
/// What experts and mixers read of a batch. B rows, N numeric and M categorical features, P gate features.
/// All matrices are row-major; shared by reference between experts, so nobody changes it after the gate made it.
/// </summary>
public sealed class EncodedBatch
{
    /// <summary>The batch's number: 1, 2, 3, ...</summary>
    public required long Number { get; init; }

    /// <summary>Number of rows, B.</summary>
    public required int Rows { get; init; }

    /// <summary>Number of numeric features, N.</summary>
    public required int Numeric { get; init; }

    /// <summary>Number of categorical features, M.</summary>
    public required int Categorical { get; init; }

    /// <summary>Running z-scores (B, N), clipped to [-4, 4]; 0 where the cell is missing.</summary>
    public required float[] Z { get; init; }

    /// <summary>Ranks (B, N) in [0, 1) among the column's recent values; NaN where the cell is missing.</summary>
    public required float[] Rank { get; init; }

    /// <summary>
    /// Category indices (B, M); -1 for one that the model has not met, in rows that are only predicted.
    /// </summary>
    public required int[] Category { get; init; }

    /// <summary>Gate features φ (B, P): 1, then z-scores times 0.5, zero-padded; P is a multiple of 16.</summary>
    public required float[] Phi { get; init; }

    /// <summary>Number of gate features, P.</summary>
    public required int PhiStride { get; init; }

    /// <summary>Classes (B).</summary>
    public required int[] Targets { get; init; }

    /// <summary>Classes known before each row (B); a target equal to it is a new class.</summary>
    public required int[] Known { get; init; }

    /// <summary>Length of one head's answer to one row: the classes known after the batch, rounded up to 16.</summary>
    public required int ClassStride { get; init; }

    /// <summary>Names met up to the end of the batch, those of all categorical features together.</summary>
    public int Names { get; init; }

    /// <summary>Rows of the source refused since the batch before.</summary>
    public required int Refused { get; init; }

    /// <summary>The pool that sees the batch.</summary>
    public required Roster Roster { get; init; }

    /// <summary>Routed experts chosen per row, K.</summary>
    public required int K { get; init; }

    /// <summary>
    /// Routed experts chosen per row (B, K), best score first, as slots of the router; empty without any.
    /// </summary>
    public required int[] Chosen { get; init; }

    /// <summary>Per slot of the router, the rows that chose it, ascending; null where none did.</summary>
    public required int[]?[] RowsOf { get; init; }

    /// <summary>Whether the expert at a place of the roster has rows to walk.</summary>
    public bool Asks(int place) => Rows > 0
        && (Roster.SlotOf(place) is >= 0 and var slot ? RowsOf[slot] is not null : Roster[place].Answers);

    /// <summary>The rows that the expert at a place of the roster walks, ascending; null for all of them.</summary>
    public int[]? RowsFor(int place) => Roster.SlotOf(place) is >= 0 and var slot ? RowsOf[slot] : null;

    /// <summary>Fills <see cref="RowsOf"/> by <see cref="Chosen"/>.</summary>
    internal void ListRows()
    {
        var count = new int[RowsOf.Length];
        var chosen = Chosen.AsSpan(0, Rows * K);
        foreach (var slot in chosen)
            count[slot]++;
        for (var slot = 0; slot < count.Length; slot++)
            RowsOf[slot] = count[slot] == 0 ? null : new int[count[slot]];
        Array.Clear(count);
        for (var i = 0; i < chosen.Length; i++)
        {
            var slot = chosen[i];
            RowsOf[slot]![count[slot]++] = i / K;
        }
    }
}
