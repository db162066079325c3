using System.Text.Json.Nodes;
using Xunit;

namespace MoE.Torture.Tests;

/// <summary>What a process left when it was over.</summary>
/// <param name="ExitCode">What it told the shell.</param>
/// <param name="Output">Standard output.</param>
/// <param name="ErrorLines">Standard error without the lines of progress.</param>
/// <param name="After">How long it lived.</param>
internal sealed record LifeEnd(int ExitCode, string Output, IReadOnlyList<string> ErrorLines, TimeSpan After)
{
    /// <summary>What a shell calls a process that SIGKILL ended.</summary>
    public const int Killed = 128 + 9;

    private static readonly string[] OfOneRun = ["seconds", "rowsPerSecond", "changes", "drifts"];
    private static readonly string[] Troubles = ["moe: ", "warning: ", "error: ", "Unhandled"];

    // No kill and no lost connection may cause these: what was stored is whole, and nobody is left who writes it.
    private static readonly string[] Losses = ["No checkpoint is intact", "Damage was found", "still being written"];

    /// <summary>The lines that tell of trouble.</summary>
    public IEnumerable<string> Complaints => ErrorLines.Where(line =>
        Troubles.Any(trouble => line.StartsWith(trouble, StringComparison.Ordinal)));

    /// <summary>Fails where it found anything that was not as the life before it should have left it.</summary>
    public void CheckStore() => Assert.Equal("", string.Join('\n', ErrorLines.Where(line =>
        Losses.Any(loss => line.Contains(loss, StringComparison.Ordinal)))));

    /// <summary>The last line of JSON, rows, accuracy, fingerprint and all, but what is of the last run alone.</summary>
    public string Result()
    {
        var line = Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault()
            ?? throw new InvalidOperationException(
                $"moe ended with {ExitCode} and no result; it said: {string.Join(" | ", ErrorLines)}");
        var json = JsonNode.Parse(line)!.AsObject();
        foreach (var name in OfOneRun)
            json.Remove(name);
        return json.ToJsonString();
    }
}
