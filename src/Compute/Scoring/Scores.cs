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
