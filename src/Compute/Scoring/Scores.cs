using MoE.Compute.Files;

namespace MoE.Compute.Scoring;

/// <summary>How good the predictions were, each made before its row was learned.</summary>
/// <param name="Rows">Rows predicted and learned.</param>
/// <param name="Refused">Rows not taken.</param>
/// <param name="Classes">Classes met.</param>
/// <param name="Accuracy">Right predictions, percent.</param>
/// <param name="WindowAccuracy">Right predictions among the last 1,000, percent.</param>
/// <param name="Kappa">Cohen's kappa, percent: accuracy against chance of the same class frequencies.</param>
/// <param name="KappaTemporal">
/// Accuracy against always repeating the last class, percent (Žliobaitė et al. 2015, eq. 4).
/// </param>
/// <param name="LogLoss">Mean of -ln p(class), nats, each clipped to 13.8 (p = 10⁻⁶).</param>
public sealed record Scores(
    long Rows, long Refused, int Classes, double Accuracy, double WindowAccuracy, double Kappa, double KappaTemporal,
    double LogLoss);

/// <summary>One expert's part. Of an expert with two heads, the first one's accuracy.</summary>
/// <param name="Id">Its name in the pool.</param>
/// <param name="Accuracy">Right answers among the rows that it saw, percent; 0 before the first.</param>
/// <param name="Share">Rows that it saw, percent of all.</param>
public sealed record ExpertScore(string Id, double Accuracy, double Share)
{
    /// <summary>Part of the trust that the mixers gave to all answers, percent of all.</summary>
    public double WeightShare { get; init; }
}

/// <summary>How evenly the rows are spread over the routed experts.</summary>
/// <param name="Experts">Routed experts, 1 or more.</param>
/// <param name="Entropy">
/// H(p) / ln N, percent, of the experts' parts p of all that was routed: 100 is even, 0 is all to one.
/// </param>
/// <param name="Dead">Experts with less than a tenth of an even part.</param>
public sealed record LoadBalance(int Experts, double Entropy, int Dead)
{
    private const double DeadShare = 0.1;

    /// <summary>The balance of the experts' shares, in any unit; null before anything was routed.</summary>
    public static LoadBalance? Of(IReadOnlyList<double> shares)
    {
        ArgumentNullException.ThrowIfNull(shares);
        var total = shares.Sum();
        if (total <= 0)
            return null;
        var entropy = shares.Where(share => share > 0).Sum(share => -share / total * Math.Log(share / total));
        return new LoadBalance(
            shares.Count,
            shares.Count == 1 ? 100 : 100 * entropy / Math.Log(shares.Count),
            shares.Count(share => share < DeadShare * total / shares.Count));
    }
}

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
