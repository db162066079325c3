using MoE.Host.Plots.Canvases;

namespace MoE.Host.Plots;

/// <summary>The file that a plot goes to.</summary>
internal static class PlotFile
{
    private const string Svg = ".svg";
    private const string Png = ".png";

    /// <summary>Why a plot cannot be written there, in one sentence; null when it can. Leaves no trace.</summary>
    public static string? Problem(string path)
    {
        if (!EndsIn(path, Svg) && !EndsIn(path, Png))
            return $"--plot is '{path}'; it must be a file that ends in {Svg} or {Png}.";
        if (EndsIn(path, Png) && PngCanvas.Problem() is { } problem)
            return $"--plot {path} cannot be painted: {problem}; name a file that ends in {Svg}.";
        try
        {
            if (new FileInfo(path).LinkTarget is not null
                && File.ResolveLinkTarget(path, returnFinalTarget: true) is { Exists: false } target)
                return $"--plot {path} is a link to {target}, which is not there; name a file.";
            var isNew = !File.Exists(path);
            using (new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite))
            {
            }
            if (isNew)
                File.Delete(path);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return $"--plot {path} cannot be written: {e.Message.TrimEnd('.')}; name a file in a folder that is there.";
        }
    }

    /// <summary>Draws a run into a file, in place of the one there, in the format that its name ends in.</summary>
    public static void Write(string path, PlotHeading heading, PlotHistory history) => File.WriteAllBytes(
        path, RunPlot.Draw(heading, history, (width, height, name) => EndsIn(path, Png)
            ? new PngCanvas(width, height)
            : new SvgCanvas(width, height, name)));

    private static bool EndsIn(string path, string ending) => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase);
}
