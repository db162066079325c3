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
    /// An independent copy that continues from here with the same bits; neither changes the other. Called between
    /// two rows.
    /// </summary>
    IExpert Clone();

    /// <summary>
    /// Copies what it predicts by, for other threads; later learning changes nothing there. Asked for between two rows.
    /// </summary>
    /// <param name="classes">
    /// Classes of the rows to come, if it learns: those that it has not met are answered as by the expert that met
    /// them in the next row. 0 for one that is frozen, which answers as <see cref="Predict"/>.
    /// </param>
    IPredictor Snapshot(int classes);

    /// <summary>Writes every number that later answers depend on.</summary>
    void Save(StateWriter state);

    /// <summary>
    /// Takes over what <see cref="Save"/> wrote, from an expert of the same specification. From any other bytes it
    /// throws, or leaves an expert that continues with whatever they contain.
    /// </summary>
    /// <exception cref="InvalidDataException">The image is damaged; the expert must not be used any more.</exception>
    void Load(StateReader state);
}

/// <summary>
/// An expert that is faster if it is given many rows at once. What it answers and learns has the bits of the same
/// rows one by one.
/// </summary>
public interface IRunExpert : IExpert
{
    /// <summary>Predicts and learns rows in their order, or only answers them.</summary>
    /// <param name="batch">The rows that the others are taken from.</param>
    /// <param name="labels">What is learned from them, and the classes known before each.</param>
    /// <param name="rows">The rows that it sees, ascending.</param>
    /// <param name="learns">Whether it learns them.</param>
    /// <param name="answers">Out: log-probabilities (rows, heads, stride).</param>
    void Take(FeatureBatch batch, Labels labels, ReadOnlySpan<int> rows, bool learns, Span<float> answers);
}

/// <summary>
/// Predicts by an expert's numbers as they were when <see cref="IExpert.Snapshot"/> copied them, many rows at once and
/// without learning. Used by one thread at a time; <see cref="Share"/> gives other threads their own.
/// </summary>
public interface IPredictor
{
    /// <summary>Predicts rows; no row depends on the ones before it.</summary>
    /// <param name="batch">
    /// The rows that the others are taken from. A category of -1 is one that the model has not met.
    /// </param>
    /// <param name="shape">The classes known before each row.</param>
    /// <param name="rows">The rows to predict, ascending.</param>
    /// <param name="answers">Out: log-probabilities (rows, heads, stride), as an expert answers them.</param>
    void Predict(FeatureBatch batch, AnswerShape shape, ReadOnlySpan<int> rows, Span<float> answers);

    /// <summary>A predictor for another thread, over the same numbers.</summary>
    IPredictor Share();
}
