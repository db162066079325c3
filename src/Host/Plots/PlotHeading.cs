using System.Globalization;

namespace MoE.Host.Plots;

/// <summary>What stands over a plot.</summary>
/// <param name="Source">What the rows came from.</param>
/// <param name="Rows">Rows learned in all.</param>
/// <param name="Accuracy">Right predictions in the end, percent.</param>
/// <param name="Fingerprint">Hash over all numbers of the mixture.</param>
internal sealed record PlotHeading(string Source, long Rows, double Accuracy, string Fingerprint)
{
    /// <summary>All but the source, in one line.</summary>
    public string Result => string.Create(CultureInfo.InvariantCulture,
        $"{Rows:N0} rows, final accuracy {Accuracy:F2} %, fingerprint {Fingerprint}");
}
