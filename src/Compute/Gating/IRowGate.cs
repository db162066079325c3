using MoE.Compute.Encoding;
using MoE.Compute.Files;

namespace MoE.Compute.Gating;

/// <summary>Router and mixers, row by row; implemented once per vector width.</summary>
internal interface IRowGate
{
    /// <summary>Prepares the choice for the rows of a batch; answers the routed experts per row, K.</summary>
    int Begin(long batch, int rows);

    /// <summary>Chooses the routed experts of one row of the batch last begun.</summary>
    void Choose(ReadOnlySpan<float> phi, Span<int> chosen);

    /// <summary>
    /// Mixes one row into <paramref name="probabilities"/> (ClassStride), given where in each expert's answers it
    /// stands.
    /// </summary>
    void Mix(
        EncodedBatch batch, int row, ReadOnlySpan<float[]?> answers, ReadOnlySpan<int> place,
        Span<float> probabilities);

    /// <summary>Learns from the row last mixed.</summary>
    void Learn(EncodedBatch batch, int row);

    /// <summary>Ends a batch: the router's present version becomes choosable for later ones.</summary>
    void Mark(long batch);

    void Save(StateWriter state);

    void Load(StateReader state);
}
