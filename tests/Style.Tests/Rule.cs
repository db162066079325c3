using Xunit;

namespace MoE.Style.Tests;

/// <summary>A rule that holds for every file, or else names those that break it.</summary>
internal static class Rule
{
    public static void HasNoBreach<T>(IEnumerable<T> breaches)
    {
        var found = breaches.ToList();
        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found));
    }
}
