namespace MoE.Needs;

/// <summary>What is said of a test that cannot be run here.</summary>
internal static class Skipping
{
    /// <summary>
    /// The reason, and the name under which the test is listed: `dotnet test` shows names of skipped tests and no reasons.
    /// </summary>
    public static (string? Reason, string? Name) Of(string test, string? missing) =>
        missing is null ? (null, null) : (missing, $"{test}: {missing}");
}
