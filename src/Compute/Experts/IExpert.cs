using MoE.Compute.Encoding;
using MoE.Compute.Files;

namespace MoE.Compute.Experts;

/// <summary>
/// One learner. Owned by one thread at a time. The same rows in the same order give the same bits on every CPU.
/// </summary>
public interface IExpert
{
    /// <summary>Answers per row: 1, or 2 for kinds that answer in two ways at little more cost.</summary>
    int Heads { get; }

    /// <summary>
    /// Log-probabilities (<see cref="Heads"/>, <see cref="EncodedBatch.ClassStride"/>) of one row, before it is
    /// learned. Entries of classes not known before the row are unspecified.
    /// </summary>
    void Predict(EncodedBatch batch, int row, Span<float> logProbabilities);

    /// <summary>Learns the row whose prediction was the last that was asked.</summary>
    void Learn(EncodedBatch batch, int row);

    /// <summary>Writes every number that later answers depend on.</summary>
    void Save(StateWriter state);

    /// <summary>
    /// Takes over what <see cref="Save"/> wrote, from an expert of the same specification. From any other bytes it
    /// throws, or leaves an expert that goes on with whatever they say.
    /// </summary>
    /// <exception cref="InvalidDataException">The image is damaged; the expert must not be used any more.</exception>
    void Load(StateReader state);
}
