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

    /// <summary>Log-probabilities (<see cref="Heads"/>, stride) of one row, before it is learned.</summary>
    /// <param name="batch">The rows that it is taken from.</param>
    /// <param name="row">Which of them.</param>
    /// <param name="classes">Classes known before the row.</param>
    /// <param name="logProbabilities">Out: the answer; entries of classes that are not known are unspecified.</param>
    void Forward(FeatureBatch batch, int row, int classes, Span<float> logProbabilities);

    /// <summary>Learns the row whose prediction was the last that was asked.</summary>
    /// <param name="target">Its class.</param>
    void Learn(int target);

    /// <summary>
    /// As <see cref="Forward"/>, of a row that will not be learned: changes nothing that <see cref="Save"/> writes.
    /// Networks and tables give 1 / C to each class that they never met.
    /// </summary>
    void Predict(FeatureBatch batch, int row, int classes, Span<float> logProbabilities);

    /// <summary>Does what was put off, as <see cref="Predict"/> needs it; a second time changes nothing.</summary>
    void Flush();

    /// <summary>Adds noise of mean 0 to what it has learned as weights; kinds without weights take none.</summary>
    /// <param name="deviation">Standard deviation of the noise.</param>
    /// <param name="seed">Where it comes from.</param>
    void AddNoise(float deviation, ulong seed);

    /// <summary>
    /// An expert of its own that goes on from here to the same bits; neither changes the other. Asked for between two
    /// rows.
    /// </summary>
    IExpert Clone();

    /// <summary>
    /// Copies what it predicts by, for other threads; later learning changes nothing there. Asked for between two rows.
    /// </summary>
    /// <param name="classes">
    /// Classes of the rows to come, where it learns: those that it has not met are answered as by the expert that met
    /// them in the next row. 0 for one that is frozen, which answers as <see cref="Predict"/>.
    /// </param>
    IPredictor Snapshot(int classes);

    /// <summary>Writes every number that later answers depend on.</summary>
    void Save(StateWriter state);

    /// <summary>
    /// Takes over what <see cref="Save"/> wrote, from an expert of the same specification. From any other bytes it
    /// throws, or leaves an expert that goes on with whatever they say.
    /// </summary>
    /// <exception cref="InvalidDataException">The image is damaged; the expert must not be used any more.</exception>
    void Load(StateReader state);
}
