using System.Diagnostics;
using System.Text.RegularExpressions;
using MoE.Needs;
using Xunit;

namespace MoE.Style.Tests;

/// <summary>A page in Markdown, with its blocks of code.</summary>
/// <param name="path">Its path below the root.</param>
internal sealed partial class Document(string path)
{
    /// <summary>All of it.</summary>
    public string Text { get; } = Repository.Read(path);

    /// <summary>The blocks of code in a language; the empty one for plain output.</summary>
    public IReadOnlyList<string> Blocks(string language) =>
        [.. Block().Matches(Text).Where(m => m.Groups["language"].Value == language).Select(m => m.Groups["text"].Value)];

    /// <summary>The script with these words in it.</summary>
    public string Script(string words) => Blocks("sh").Single(block => block.Contains(words, StringComparison.Ordinal));

    /// <summary>The output that begins with these words.</summary>
    public string BlockAfter(string words) => Blocks("").Single(block => block.StartsWith(words, StringComparison.Ordinal));

    /// <summary>What a script prints that calls moe, in a folder of its own; the test fails where the script does.</summary>
    public static async Task<string> RunAsync(string script)
    {
        var folder = Directory.CreateTempSubdirectory("moe-test-").FullName;
        try
        {
            using var process = Process.Start(new ProcessStartInfo(
                "bash", ["-e", "-c", $"moe() {{ dotnet '{Moe.Path}' \"$@\"; }}\n{script}"])
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, await error);
            return await output;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [GeneratedRegex("^```(?<language>\\w*)\n(?<text>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
