using Xunit;

namespace MoE.Package.Tests.Approved;

/// <summary>
/// A file of the repository that is made from the code and reviewed as a part of each change to it. MOE_APPROVE=1
/// writes it anew.
/// </summary>
internal static class ApprovedFile
{
    private const string Variable = "MOE_APPROVE";
    private const string Command = Variable + "=1 dotnet test -c Release tests/Package.Tests --filter Approved";

    /// <summary>Compares the file with the text that the code makes of it now, or writes that.</summary>
    public static void Check(string path, string text)
    {
        var file = Path.Combine(Repository.Root, path);
        if (Environment.GetEnvironmentVariable(Variable) == "1")
            File.WriteAllText(file, text);
        var approved = File.Exists(file) ? Repository.Read(path) : "";
        Assert.True(approved == text, $"{path} differs from the code, first in line {FirstDifference(approved, text)}. "
            + $"Renew it and review what changed: {Command}");
    }

    private static string FirstDifference(string approved, string text)
    {
        var (old, now) = (approved.Split('\n'), text.Split('\n'));
        var at = Enumerable.Range(0, Math.Max(old.Length, now.Length))
            .FirstOrDefault(i => old.ElementAtOrDefault(i) != now.ElementAtOrDefault(i));
        return $"{at + 1}: '{old.ElementAtOrDefault(at)}' is '{now.ElementAtOrDefault(at)}' now";
    }
}
