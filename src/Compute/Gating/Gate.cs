using MoE.Compute.Data;
using MoE.Compute.Encoding;
using MoE.Compute.Evaluation;
using MoE.Compute.Files;

namespace MoE.Compute.Gating;

/// <summary>
/// Encoder, router, mixers and metrics of one mixture. <see cref="Encode"/> may run ahead of <see cref="Mix"/> by up
/// to <see cref="MixtureOptions.Window"/> batches; each takes the batches in their order. Owned by one thread at a time.
/// </summary>
public sealed class Gate
{
    /// <summary>A gate that has seen nothing.</summary>
    public Gate(Schema schema, MixtureOptions options) => throw new NotSupportedException("contract");

    /// <summary>The names met in the batches encoded so far.</summary>
    public Vocabulary Vocabulary { get; } = new();

    /// <summary>Number of the last batch encoded; 0 before the first.</summary>
    public long Encoded { get; }

    /// <summary>Number of the last batch mixed.</summary>
    public long Mixed { get; }

    /// <summary>Rows of the source read up to the end of the last batch encoded.</summary>
    public long NextOffset { get; }

    /// <summary>Why rows (wrong shape, infinite, index out of range) cannot be a batch of this mixture; null when they can.</summary>
    public string? Problem(RowBatch rows) => throw new NotSupportedException("contract");

    /// <summary>Gives the rows the next batch number, encodes them and chooses their routed experts.</summary>
    public EncodedBatch Encode(RowBatch rows) => throw new NotSupportedException("contract");

    /// <summary>Mixes the experts' answers row by row, and lets each row teach mixers and router.</summary>
    /// <param name="batch">The batch after the last one mixed.</param>
    /// <param name="answers">
    /// By place in <see cref="MixtureOptions.Pool"/>. A shared expert's: (B, heads, ClassStride); a routed one's:
    /// (rows that chose it, heads, ClassStride). Null counts as not knowing (uniform).
    /// </param>
    public Predictions Mix(EncodedBatch batch, ReadOnlySpan<float[]?> answers) => throw new NotSupportedException("contract");

    /// <summary>How good the mixed predictions were so far.</summary>
    public Scores Scores() => throw new NotSupportedException("contract");

    /// <summary>How good each expert was so far, in the pool's order.</summary>
    public IReadOnlyList<ExpertScore> ExpertScores() => throw new NotSupportedException("contract");

    /// <summary>Writes what <see cref="Encode"/> changes: vocabulary, encoder, numbering.</summary>
    public void SaveEncoding(StateWriter state) => throw new NotSupportedException("contract");

    /// <summary>Takes over what <see cref="SaveEncoding"/> wrote.</summary>
    public void LoadEncoding(StateReader state) => throw new NotSupportedException("contract");

    /// <summary>Writes what <see cref="Mix"/> changes: mixers, router and its last versions, metrics.</summary>
    public void SaveMixing(StateWriter state) => throw new NotSupportedException("contract");

    /// <summary>Takes over what <see cref="SaveMixing"/> wrote.</summary>
    public void LoadMixing(StateReader state) => throw new NotSupportedException("contract");
}
