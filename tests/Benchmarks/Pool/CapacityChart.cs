using System.Text;
using static System.FormattableString;

namespace MoE.Benchmarks.Pool;

/// <summary>Accuracy against the number of routed experts, each step four times the one before, as SVG.</summary>
internal static class CapacityChart
{
    private const int Width = 640;
    private const int Height = 360;
    private const int Left = 60;
    private const int Right = 620;
    private const int Top = 40;
    private const int Bottom = 300;

    /// <summary>The chart: a curve of the banks, and a level line for each single network.</summary>
    public static string Svg(List<(int Experts, double Accuracy)> banks, List<(int Width, double Accuracy)> dense)
    {
        var svg = new StringBuilder();
        svg.AppendLine(Invariant($"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" font-family="sans-serif"
              font-size="13" fill="#333">
            <rect width="{Width}" height="{Height}" fill="#fff"/>
            <text x="{Left}" y="22">Accuracy on a mosaic of 64 concepts; four routed experts are asked per row</text>
            """));
        for (var percent = 20; percent <= 100; percent += 20)
            svg.AppendLine(Invariant($"""
                <line x1="{Left}" x2="{Right}" y1="{Y(percent):F1}" y2="{Y(percent):F1}" stroke="#ddd"/>
                <text x="{Left - 8}" y="{Y(percent) + 4:F1}" text-anchor="end">{percent} %</text>
                """));
        foreach (var (width, accuracy) in dense)
            svg.AppendLine(Invariant($"""
                <line x1="{Left}" x2="{Right}" y1="{Y(accuracy):F1}" y2="{Y(accuracy):F1}" stroke="#c60"
                  stroke-dasharray="5 4"/>
                """));
        var best = dense.MaxBy(network => network.Accuracy);
        svg.AppendLine(Invariant($"""
            <text x="{Right}" y="{Y(best.Accuracy) + 16:F1}" text-anchor="end" fill="#c60">{Names(dense)}</text>
            """));
        var points = banks.Select((bank, step) => Invariant($"{X(step, banks.Count):F1},{Y(bank.Accuracy):F1}"));
        svg.AppendLine($"""
            <polyline points="{string.Join(' ', points)}" fill="none" stroke="#06c" stroke-width="2"/>
            """);
        foreach (var (step, (experts, accuracy)) in banks.Index())
            svg.AppendLine(Invariant($"""
                <circle cx="{X(step, banks.Count):F1}" cy="{Y(accuracy):F1}" r="4" fill="#06c"/>
                <text x="{X(step, banks.Count):F1}" y="{Y(accuracy) - 10:F1}" text-anchor="middle">{accuracy:F1}</text>
                <text x="{X(step, banks.Count):F1}" y="{Bottom + 20}" text-anchor="middle">{experts}</text>
                """));
        svg.AppendLine(Invariant(
            $"""<text x="{(Left + Right) / 2}" y="{Bottom + 44}" text-anchor="middle">routed experts</text>"""));
        return svg.AppendLine("</svg>").ToString();
    }

    private static string Names(List<(int Width, double Accuracy)> dense) =>
        $"single networks of {string.Join(", ", dense.Select(network => network.Width))} units";

    private static double X(int step, int steps) => Left + 40 + (double)step / (steps - 1) * (Right - Left - 80);

    private static double Y(double percent) => Bottom - (percent - 20) / 80 * (Bottom - Top);
}
