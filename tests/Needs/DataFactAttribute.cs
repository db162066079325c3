using System.Runtime.CompilerServices;
using Xunit;

namespace MoE.Needs;

/// <summary>A test that reads the public data sets. Where they are absent it is skipped, and counted.</summary>
internal sealed class DataFactAttribute : FactAttribute
{
    public DataFactAttribute([CallerMemberName] string test = "") =>
        (Skip, DisplayName) = Skipping.Of(test, PublicData.Missing);
}

/// <summary><see cref="DataFactAttribute"/> with data of its own.</summary>
internal sealed class DataTheoryAttribute : TheoryAttribute
{
    public DataTheoryAttribute([CallerMemberName] string test = "") =>
        (Skip, DisplayName) = Skipping.Of(test, PublicData.Missing);
}

/// <summary>The folder of the public data sets, which are not a part of this repository.</summary>
internal static class PublicData
{
    /// <summary>Names another folder; `none` hides the data.</summary>
    private const string Variable = "MOE_TEST_DATA";

    public static string Folder { get; } = Find();

    /// <summary>Why such a test cannot be run here; null where it can.</summary>
    public static string? Missing { get; } = File.Exists(System.IO.Path.Combine(Folder, "schema.json"))
        ? null
        : $"There is no {System.IO.Path.Combine(Folder, "schema.json")}. Put the public data sets there, or name their "
            + $"folder: {Variable}=FOLDER dotnet test.";

    /// <summary>The path of a file of the folder.</summary>
    public static string Path(string file) => System.IO.Path.Combine(Folder, file);

    private static string Find([CallerFilePath] string here = "") =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder
            ? System.IO.Path.GetFullPath(folder)
            : System.IO.Path.GetFullPath(System.IO.Path.Combine(
                System.IO.Path.GetDirectoryName(here)!, "..", "..", "..", "shared", "data"));
}
