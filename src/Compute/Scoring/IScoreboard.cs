using MoE.Compute.Files;

namespace MoE.Compute.Scoring;

/// <summary>Scores a mixture's predictions row by row, each made before its row was learned.</summary>
/// <remarks>
/// A target is a class's index or a number, as its <see cref="Data.Target"/> says, and so is what was predicted. An
/// answer is what the mixture computed for a row: of classes, the probabilities of those known before the row.
/// </remarks>
public interface IScoreboard
{
    /// <summary>The highest <see cref="Loss"/>: one row must not outweigh hundreds.</summary>
    const float MostLoss = 5;

    /// <summary>Number of rows scored.</summary>
    long Rows { get; }

    /// <summary>Scores one prediction.</summary>
    /// <param name="target">The row's target.</param>
    /// <param name="predicted">What was predicted; -1 for no class.</param>
    /// <param name="answer">The mixture's answer to the row.</param>
    void Add(double target, double predicted, ReadOnlySpan<float> answer);

    /// <summary>Counts rows that were rejected.</summary>
    void Refuse(long count);

    /// <summary>What growth watches for a rise: the loss of one prediction, from 0 to <see cref="MostLoss"/>.</summary>
    /// <param name="target">The row's target.</param>
    /// <param name="answer">The mixture's answer to the row.</param>
    float Loss(double target, ReadOnlySpan<float> answer);

    /// <summary>The scores so far; all 0 before the first row.</summary>
    /// <param name="classes">Number of classes met, which the scores repeat.</param>
    Scores Snapshot(int classes);

    /// <summary>Writes everything counted so far.</summary>
    void Save(StateWriter state);

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The state is damaged; the scoreboard is unusable.</exception>
    void Load(StateReader state);
}
