namespace MoE.Host.Plots;

/// <summary>The file that a plot goes to.</summary>
internal static class PlotFile
{
    private const string Ending = ".svg";

    /// <summary>Why a plot cannot be written there, in one sentence; null when it can. Leaves no trace.</summary>
    public static string? Problem(string path)
    {
        if (!path.EndsWith(Ending, StringComparison.OrdinalIgnoreCase))
            return $"--plot is '{path}'; it must be a file that ends in {Ending}.";
        try
        {
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

    /// <summary>Writes a plot, in place of the one there.</summary>
    public static void Write(string path, string svg) => File.WriteAllText(path, svg);
}
