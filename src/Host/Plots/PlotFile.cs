using MoE.Compute.Files;
using MoE.Host.Plots.Canvases;

namespace MoE.Host.Plots;

/// <summary>The file that a plot is written to.</summary>
internal static class PlotFile
{
    private const string Svg = ".svg";
    private const string Png = ".png";

    /// <summary>
    /// Why a plot cannot be written there, in one sentence; null if it can. The check changes nothing.
    /// </summary>
    public static string? Problem(string path)
    {
        if (!EndsIn(path, Svg) && !EndsIn(path, Png))
            return $"--plot is '{path}'; it must be a file that ends in {Svg} or {Png}.";
        if (EndsIn(path, Png) && PngCanvas.Problem() is { } problem)
            return $"--plot {path} cannot be drawn: {problem}; give a file that ends in {Svg}.";
        try
        {
            OutputArgument.At(path).CheckReplace();
            return null;
        }
        catch (OutputFileException e)
        {
            return $"--plot {e.Message}";
        }
    }

    /// <summary>Draws a run into a file, in place of the one there, in the format that its name ends in.</summary>
    /// <exception cref="OutputFileException">It cannot be written.</exception>
    public static void Write(string path, PlotHeading heading, PlotHistory history)
    {
        var picture = RunPlot.Draw(heading, history, (width, height, name) => EndsIn(path, Png)
            ? new PngCanvas(width, height)
            : new SvgCanvas(width, height, name));
        OutputArgument.At(path).Replace(file => file.Write(picture));
    }

    private static bool EndsIn(string path, string ending) => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase);
}
