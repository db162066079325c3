using MoE.Compute.Batches;
using MoE.Compute.Encoding;
using MoE.Compute.Files;
using MoE.Compute.Gating.Routing.Banks;
using MoE.Compute.Rosters;

namespace MoE.Compute.Gating;

/// <summary>Router and mixers, row by row; implemented once per vector width.</summary>
internal interface IRowGate
{
    /// <summary>Prepares the choice for a batch; answers how many routed experts each row gets, K.</summary>
    int Begin(long batch, int rows, Roster roster);

    /// <summary>Chooses the routed experts (B, K) of rows of the batch last begun, in their order.</summary>
    void Choose(ReadOnlySpan<float> phi, Span<int> chosen);

    /// <summary>Has big banks scored elsewhere.</summary>
    void ScoreBanks(BankScoring elsewhere);

    /// <summary>Has router and mixers continue with the pool that saw the batch to be mixed next.</summary>
    void Reshape(long batch, RowRouting routing);

    /// <summary>
    /// Mixes one row of a batch into <paramref name="probabilities"/> (stride), given where in each routed expert's
    /// answers the row stands.
    /// </summary>
    void Mix(
        FeatureBatch batch, RowRouting routing, int row, int classes, ReadOnlySpan<float[]?> answers,
        ReadOnlySpan<int> place, Span<float> probabilities);

    /// <summary>Learns from the row last mixed.</summary>
    void Learn(FeatureBatch batch, RowRouting routing, int row, int target);

    /// <summary>Ends a batch: the router's present version becomes choosable for later ones.</summary>
    void Mark(long batch);

    /// <summary>
    /// Adds how much of 1 each expert is trusted at present, by place in the roster last reshaped to. Routed ones share
    /// what their common answer has by the rows that each has seen.
    /// </summary>
    void AddWeights(Span<double> byPlace, ReadOnlySpan<long> seen);

    void Save(StateWriter state);

    /// <summary>Takes over what was saved after a batch.</summary>
    void Load(StateReader state, long batch);
}
